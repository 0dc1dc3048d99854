import LakeCore
import Logging
import Testing

@testable import LakeServer

@Suite struct StandardErrorLogTests {
    /// What a logger of that format writes.
    private func lines(_ format: StandardErrorLog.Format, _ body: (inout Logger) -> Void) -> [String] {
        let written = WrittenLines()
        var logger = Logger(label: "test") { _ in StandardErrorLog(format: format) { written.add($0) } }
        body(&logger)
        return written.all
    }

    @Test func textLineHasLevelMessageAndSortedFields() {
        let lines = lines(.text) { logger in
            logger[metadataKey: "request.id"] = "r1"
            logger.notice("Server listening", metadata: ["a.b": "x y", "c": "1"])
            logger.debug("Not shown")
        }
        #expect(lines.count == 1)
        #expect(lines[0].hasSuffix(" notice Server listening a.b=\"x y\" c=1 request.id=r1\n"))
    }

    @Test func fieldCannotPassForAnotherLineOrField() {
        let lines = lines(.text) {
            $0.info("M", metadata: ["k": "v\n2026 error forged", "l": "a=b", "m": "q\"", "n": ""])
        }
        #expect(lines.count == 1)
        #expect(lines[0].filter { $0 == "\n" }.count == 1)
        #expect(lines[0].contains(#"k="v\n2026 error forged" l="a=b" m="q\"" n="""#))
    }

    @Test func jsonLineIsOneObject() throws {
        let lines = lines(.json) {
            $0.error("Request failed", error: ServerError.unknownRoute, metadata: ["k": "v\n\"w"])
        }
        let value = try JSONValue(parsing: Array(lines[0].utf8))
        #expect(value["level"] == "error")
        #expect(value["message"] == "Request failed")
        #expect(value["k"] == "v\n\"w")
        #expect(value["error.cause"]?.text?.contains("unknownRoute") == true)
        #expect(lines[0].dropLast().contains("\n") == false)
    }
}

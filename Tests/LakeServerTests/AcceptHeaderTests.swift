import Testing

@testable import LakeServer

@Suite struct AcceptHeaderTests {
    @Test(
        arguments: [
            (nil, "application/json"), ("", "application/json"), ("*/*", "application/json"), ("text/csv", "text/csv"),
            ("TEXT/CSV; charset=utf-8", "text/csv"), ("text/*", "text/csv"), ("application/*", "application/json"),
            ("application/json;q=0.1, application/x-ndjson", "application/x-ndjson"),
            ("*/*;q=0.5, text/csv;q=0.4", "application/json"), ("application/json;q=0, */*", "application/x-ndjson"),
            ("text/html, application/xhtml+xml, */*;q=0.8", "application/json"),
        ] as [(String?, String)]
    )
    func bestOfferIsFound(_ header: String?, _ best: String) {
        #expect(AcceptHeader.best(header, of: ResultFormat.allCases.map(\.rawValue)) == best)
    }

    @Test(arguments: ["text/html", "application/vnd.apache.orc", "*/*;q=0", "text/csv;q=x", "text"])
    func nothingIsFoundWhenNothingIsAccepted(_ header: String) {
        #expect(AcceptHeader.best(header, of: ResultFormat.allCases.map(\.rawValue)) == nil)
        #expect(throws: ServerError.self) { try ResultFormat(accepting: header) }
    }
}

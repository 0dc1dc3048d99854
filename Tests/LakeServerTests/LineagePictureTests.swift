import Foundation
import Testing

@testable import LakeEngine
@testable import LakeServer

#if canImport(FoundationXML)
import FoundationXML
#endif

@Suite struct LineagePictureTests {
    private func lineage(_ name: String) -> Lineage {
        Lineage(
            version: 3,
            nodes: [
                .init(id: "s", kind: .source, name: name), .init(id: "i", kind: .ingest, name: "append", version: 2),
                .init(id: "d", kind: .dataset, name: "t", version: 3, sources: 1),
            ],
            edges: [
                .init(from: "s", to: "i", columns: []),
                .init(from: "i", to: "d", columns: [.init(from: "a<b", to: "c&d")]),
            ]
        )
    }

    /// The texts and attributes that a reader of XML finds.
    private final class Reader: NSObject, XMLParserDelegate {
        var elements: [String] = []
        var text = ""

        func parser(
            _ parser: XMLParser,
            didStartElement name: String,
            namespaceURI: String?,
            qualifiedName: String?,
            attributes: [String: String]
        ) { elements.append(name) }

        func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
    }

    @Test(arguments: ["orders.csv", #"</text><script>alert("1")</script>&amp;'"#, "a\u{1}b\u{FFFF}", ""])
    func namesAreTextAndNothingElse(name: String) {
        let reader = Reader()
        let parser = XMLParser(data: Data(LineagePicture(lineage(name)).svg.utf8))
        parser.delegate = reader
        #expect(parser.parse())
        #expect(Set(reader.elements) == ["svg", "title", "rect", "text", "path", "g"])
        #expect(reader.text.contains("a<b → c&d"))
        if name.contains("script") { #expect(reader.text.contains(name)) }
    }

    @Test func boxesDoNotOverlapAndEdgesJoinThem() {
        var wide = lineage("x")
        for number in 0..<20 {
            wide.nodes.append(.init(id: "d\(number)", kind: .dataset, name: "d\(number)"))
            wide.edges.append(.init(from: "i", to: "d\(number)", columns: []))
        }
        let svg = LineagePicture(wide).svg
        let places = svg.matches(of: #/<rect x="([0-9.]+)" y="([0-9.]+)"/#).map { "\($0.1),\($0.2)" }
        #expect(places.count == 23 && Set(places).count == 23)
        #expect(svg.matches(of: #/<path /#).count == 22)
        #expect(LineagePicture(Lineage(version: 0, nodes: [], edges: [])).svg.contains("Nothing yet"))
    }
}

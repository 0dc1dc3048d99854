import LakeCore
import Testing

@testable import LakeStorage

@Suite struct XMLElementTests {
    private func parse(_ text: String) -> XMLElement? { XMLElement.parse(Array(text.utf8)) }

    @Test func elementsAndTextsAreRead() throws {
        let document = try #require(
            parse(
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <s3:List xmlns:s3="http://example.org/" a='>'>
                  <Name>a &amp; b &lt;&gt;&quot;&apos; &#233;&#x2014;</Name><Empty/><Empty ></Empty>
                  <Entry><Key>x</Key></Entry>
                  <Entry><Key>y</Key></Entry>
                </s3:List>

                """
            )
        )
        #expect(document.name == "List")
        #expect(document.text("Name") == "a & b <>\"' é—")
        #expect(document.all("Entry").map { $0.text("Key") } == ["x", "y"])
        #expect(document.all("Empty").map(\.text) == ["", ""])
        #expect(document.text("Missing") == nil)
    }

    @Test(arguments: [
        "", " ", "text", "<a>", "<a></b>", "<a></a><b></b>", "<a></a>x", "<a", "<a b></a>", "<a b=c></a>", "<a>&x;</a>",
        "<a>&#0;</a>", "<a>&#xD800;</a>", "<a>&#;</a>", "<a>&amp</a>", "<a><!-- --></a>", "<a><![CDATA[x]]></a>",
        "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "<a><?p?></a>", "<>x</>", "<a b=\"c></a>",
        String(repeating: "<a>", count: 9) + String(repeating: "</a>", count: 9),
    ])
    func otherDocumentsAreRefused(text: String) {
        #expect(parse(text) == nil)
    }

    @Test func textThatIsNotUTF8IsRefused() {
        #expect(XMLElement.parse(Array("<a>".utf8) + [0xFF] + Array("</a>".utf8)) == nil)
    }

    /// Any bytes end in a document or in none, never in a trap.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func damagedDocumentsDoNoHarm(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let whole = Array("<?xml version='1.0'?><a b=\"c\"><d>x&amp;y</d><e/>&#65;</a>".utf8)
        for _ in 0..<5000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes.remove(at: place)
                case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
                default: bytes.removeSubrange(place...)
                }
            }
            _ = XMLElement.parse(bytes)
        }
    }
}

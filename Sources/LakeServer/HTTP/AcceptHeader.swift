/// What a caller wants to be answered with (RFC 9110, section 12.5.1).
enum AcceptHeader {
    /// The one of `offers` the caller likes best, an earlier one when it likes several alike.
    ///
    /// - Parameters:
    ///   - header: The value of `Accept`; nil accepts everything.
    ///   - offers: Media types in lowercase, without parameters.
    /// - Returns: Nil when the caller takes none of them.
    static func best(_ header: String?, of offers: [String]) -> String? {
        guard let header, !header.allSatisfy(\.isWhitespace) else { return offers.first }
        let ranges = header.split(separator: ",").map(range)
        var best: (offer: String, quality: Double)?
        for offer in offers {
            let matching = ranges.filter { matches($0.type, offer) }
            guard let closest = matching.max(by: { weight($0.type) < weight($1.type) }), closest.quality > 0 else {
                continue
            }
            if closest.quality > best?.quality ?? 0 { best = (offer, closest.quality) }
        }
        return best?.offer
    }

    private static func range(_ text: Substring) -> (type: String, quality: Double) {
        let parts = text.split(separator: ";").map { $0.filter { !$0.isWhitespace }.lowercased() }
        let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 }
        return (parts.first ?? "", quality ?? 1)
    }

    private static func matches(_ range: String, _ offer: String) -> Bool {
        range == "*/*" || range == offer || range.hasSuffix("/*") && offer.hasPrefix(range.dropLast())
    }

    /// How exactly a range names a type: a more exact one overrules a wider.
    private static func weight(_ range: String) -> Int {
        if range == "*/*" { return 0 }
        return range.hasSuffix("/*") ? 1 : 2
    }
}

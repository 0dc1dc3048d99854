import HTTPTypes
import Hummingbird
import LakeEngine

/// What the headers of a request say about the object it asks for (RFC 9110).
struct ObjectHeaders: Sendable {
    private let headers: HTTPFields

    init(_ request: Request) { headers = request.headers }

    /// What must hold for a write: `If-Match` or `If-None-Match`.
    func writeCondition() throws(ServerError) -> ObjectCondition {
        let (match, noneMatch) = (try tags(.ifMatch), try tags(.ifNoneMatch))
        switch (match, noneMatch) {
        case (nil, nil): return .none
        case (.any?, nil): return .isPresent
        case (.some(let etags)?, nil): return .hasOne(of: etags)
        case (nil, .any?): return .isAbsent
        case (nil, .some?):
            throw .invalidHeader(name: HTTPField.Name.ifNoneMatch.rawName, reason: "must be * for a write")
        default: throw .invalidHeader(name: HTTPField.Name.ifMatch.rawName, reason: "cannot go with If-None-Match")
        }
    }

    /// What must hold for a read.
    func readCondition() throws(ServerError) -> ObjectCondition {
        switch try tags(.ifMatch) {
        case nil: .none
        case .any?: .isPresent
        case .some(let etags)?: .hasOne(of: etags)
        }
    }

    /// Whether the caller has the object with this etag already.
    func isKnown(_ etag: String) throws(ServerError) -> Bool {
        switch try tags(.ifNoneMatch) {
        case nil: false
        case .any?: true
        case .some(let etags)?: etags.contains(etag)
        }
    }

    /// The part that is asked for; the whole for several ranges or one that is not of bytes, as the RFC allows.
    var part: ObjectPart {
        guard headers[.ifRange] == nil, let value = headers[.range], value.hasPrefix("bytes=") else { return .whole }
        let bounds = value.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count == 2, bounds.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }) else {
            return .whole
        }
        switch (Int(bounds[0]), Int(bounds[1])) {
        case (let first?, let last?): return last >= first && last < .max ? .bounds(first..<last + 1) : .whole
        case (let first?, nil): return bounds[1].isEmpty ? .from(first) : .whole
        case (nil, let count?): return bounds[0].isEmpty ? .last(count) : .whole
        case (nil, nil): return .whole
        }
    }

    /// The tags of `If-Match` or `If-None-Match`.
    private enum Tags {
        case any
        case some([String])
    }

    private func tags(_ name: HTTPField.Name) throws(ServerError) -> Tags? {
        guard let value = headers[name] else { return nil }
        let tags = value.split(separator: ",").map { $0.trimming { $0 == " " || $0 == "\t" } }
        if tags == ["*"] { return .any }
        var etags: [String] = []
        for tag in tags {
            let strong = tag.hasPrefix("W/") ? tag.dropFirst(2) : tag
            // Some clients leave the quotation marks out.
            let isQuoted = strong.count >= 2 && strong.hasPrefix("\"") && strong.hasSuffix("\"")
            let etag = isQuoted ? strong.dropFirst().dropLast() : strong
            guard !etag.isEmpty, !etag.contains("\""), etag != "*" else {
                throw .invalidHeader(name: name.rawName, reason: "must be * or etags in quotation marks")
            }
            etags.append(String(etag))
        }
        return .some(etags)
    }
}

extension Substring {
    /// This without the characters at either end that `isPadding` accepts.
    fileprivate func trimming(_ isPadding: (Character) -> Bool) -> Substring {
        let front = drop(while: isPadding)
        guard let last = front.lastIndex(where: { !isPadding($0) }) else { return "" }
        return front[...last]
    }
}

import Foundation
import LakeCatalog
import LakeCore
import LakeStorage

/// What a caller names a write by, so that it can be sent again without being carried out again.
public struct RequestKey: Hashable, Sendable {
    public let text: String

    /// Nil unless it is 1 to 255 visible ASCII characters.
    public init?(_ text: String) {
        guard (1...255).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return nil
        }
        self.text = text
    }
}

/// An answer that is kept with the commit that it tells of.
protocol RepeatableAnswer: Codable, Sendable {
    /// Takes in the version of the lake that the commit became, which nobody knows before.
    mutating func settle(at version: Int)
}

/// A request that came with a key: what the log keeps of it.
struct RequestTicket: Sendable {
    /// As the caller gave it, for messages.
    private let text: String
    private let key: String
    private let digest: String

    /// - Parameters:
    ///   - key: The caller's.
    ///   - name: What is to be done.
    ///   - request: With what.
    ///   - principal: The caller; the same key of another is another.
    /// - Throws: What encoding the request throws.
    init(_ key: RequestKey, _ name: String, _ request: some Encodable, by principal: Principal) throws {
        text = key.text
        self.key = ContentHash.sha256("\(principal.name)\n\(key.text)".utf8)
        digest = ContentHash.sha256(Array("\(name)\n".utf8) + (try JSONBytes.encode(request)))
    }

    /// For the transaction that carries the request out.
    func note(_ answer: some RepeatableAnswer) throws -> RequestNote {
        RequestNote(key: key, digest: digest, answer: String(decoding: try JSONBytes.encode(answer), as: UTF8.self))
    }

    /// What was answered when the request was carried out before; nil when it was not.
    ///
    /// - Throws: `EngineError.requestKeyReused` when something else was asked with this key.
    func earlierAnswer<Answer: RepeatableAnswer>(in state: LakeState) throws -> Answer? {
        guard let record = state.requests[key] else { return nil }
        guard record.note.digest == digest else { throw EngineError.requestKeyReused(key: text) }
        var answer = try JSONDecoder().decode(Answer.self, from: Data(record.note.answer.utf8))
        answer.settle(at: record.version)
        return answer
    }

}

extension Lakehouse {
    /// The key of the request that is being carried out.
    @TaskLocal private static var requestKey: RequestKey?

    /// Runs `body`, in which a write is carried out once, however often it is asked for with this key.
    ///
    /// A write that is asked for again within a day gets the first answer, also from another server and after a restart.
    public static func withRequestKey<Result>(
        _ key: RequestKey,
        _ body: () async throws -> Result
    ) async rethrows -> Result {
        try await $requestKey.withValue(key, operation: body)
    }

    /// What the log keeps of the request that is being carried out; nil when it came without a key.
    static func ticket(
        _ name: String,
        _ request: some Encodable,
        by principal: Principal
    ) throws -> RequestTicket? {
        try requestKey.map { try RequestTicket($0, name, request, by: principal) }
    }

    /// Carries out a write, or gives the answer it got when its caller asked for it before with the same key.
    ///
    /// - Parameters:
    ///   - name: What is to be done.
    ///   - request: With what: another request with the same key is refused.
    ///   - principal: Who asks.
    ///   - body: Does it, in one commit, to which it adds the ticket's note.
    /// - Returns: The answer.
    /// - Throws: `EngineError.requestKeyReused`; what `body` throws.
    func once<Answer: RepeatableAnswer>(
        _ name: String,
        _ request: some Encodable,
        by principal: Principal,
        _ body: (RequestTicket?) async throws -> Answer
    ) async throws -> Answer {
        guard let ticket = try Self.ticket(name, request, by: principal) else { return try await body(nil) }
        if let earlier: Answer = try ticket.earlierAnswer(in: try await log.newestState()) { return earlier }
        do {
            let answer = try await body(ticket)
            // Should the same request have been carried out meanwhile, this one found that there was nothing left to do.
            let recorded: Answer? = try? ticket.earlierAnswer(in: try await log.newestState())
            return recorded ?? answer
        } catch {
            // Whatever stopped this one: if the same request was carried out meanwhile, that is the answer.
            guard let state = try? await log.newestState(), let earlier: Answer = try ticket.earlierAnswer(in: state)
            else {
                throw error
            }
            return earlier
        }
    }
}

/// The answer of a write that has nothing to tell but the version it became.
struct VersionAnswer: RepeatableAnswer {
    var version = 0

    mutating func settle(at version: Int) { self.version = version }
}

extension IngestResult: RepeatableAnswer {
    mutating func settle(at version: Int) { self.version = version }
}

extension JobStatus: RepeatableAnswer {
    mutating func settle(at version: Int) {}
}

extension KeyManifest: RepeatableAnswer {
    mutating func settle(at version: Int) {}
}

import LakeCore
import LakeStorage
import Logging
import Synchronization

/// Callers whom a door turned away before anybody knew who they are.
///
/// Each is written down once and then counted until the minute is over, and of many addresses only the first are told apart: a flood of
/// them is a few lines of the audit.
struct RefusalTally: Sendable {
    /// Who was turned away, as far as anybody knows.
    struct Stranger: Hashable, Sendable {
        /// Nil for one that has no address.
        var address: String?
        /// A stable word of a closed set.
        var reason: String
    }

    /// Addresses told apart in a minute.
    static let addressesMax = 64
    /// Stands for the others.
    static let others = "others"

    /// How often each was turned away since it was written down.
    private var counts: [Stranger: Int] = [:]

    /// Counts a refusal; who is to be written down now, if anybody.
    mutating func add(_ stranger: Stranger) -> Stranger? {
        var stranger = stranger
        if counts[stranger] == nil, counts.count >= Self.addressesMax { stranger.address = Self.others }
        guard let count = counts[stranger] else {
            counts[stranger] = 0
            return stranger
        }
        counts[stranger] = count + 1
        return nil
    }

    /// Who was turned away again, and how often; the count starts over.
    mutating func take() -> [(stranger: Stranger, count: Int)] {
        defer { counts = [:] }
        return counts.filter { $0.value > 0 }.map { (stranger: $0.key, count: $0.value) }
    }
}

extension Lakehouse {
    /// Writes down that a caller was turned away before a use case began, nobody knows who.
    ///
    /// Never refuses or waits: the caller is refused already, and there may be many. Repeated ones of a minute become one line.
    ///
    /// - Parameters:
    ///   - address: Where the caller is.
    ///   - reason: The refusal's code.
    public func noteStranger(from address: String?, reason: String) async {
        let stranger = RefusalTally.Stranger(address: address.map { String($0.prefix(64)) }, reason: reason)
        guard let stranger = strangers.withLock({ $0.add(stranger) }) else { return }
        await write(stranger, count: 1, requestID: CallContext.requestID)
    }

    /// Writes down those that were turned away again, every minute until the task is cancelled.
    func keepStrangers() async {
        while !Task.isCancelled {
            do { try await Task.sleep(for: .seconds(60)) } catch { return }
            await writeStrangers()
        }
    }

    func writeStrangers() async {
        for (stranger, count) in strangers.withLock({ $0.take() }) { await write(stranger, count: count) }
    }

    private func write(_ stranger: RefusalTally.Stranger, count: Int, requestID: String? = nil) async {
        var entry = AuditEntry(
            principal: "unknown",
            role: "none",
            action: "authenticate",
            outcome: .refused,
            needs: Principal.Role.reader.rawValue,
            requestID: requestID
        )
        entry.address = stranger.address
        entry.reason = stranger.reason
        entry.count = count
        do {
            try await journals.audit.enqueue(entry)
        } catch {
            logger.warning("refusal not written to the audit journal", metadata: ["error": "\(error.detail)"])
        }
    }
}

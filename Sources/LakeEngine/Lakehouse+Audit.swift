public import LakeCore
import LakeStorage
import Logging

extension Lakehouse {
    /// Lets a caller do something or refuses it, and writes down which: every use case begins with this.
    ///
    /// A refusal, and leave to change something, is durable before this returns; leave to read is durable
    /// within a second, so that no read waits for a disk. What cannot be written down is not done: a full or failing journal refuses
    /// the call.
    ///
    /// - Parameters:
    ///   - principal: Who asks.
    ///   - needed: The least role that may.
    ///   - action: What for, in words; no part of it from the caller.
    ///   - entities: What it is about: names, never values of rows or the text of a query.
    ///   - reading: Whether it changes nothing, though it takes more than a reader.
    /// - Throws: `EngineError.notAllowed`, or what the journal throws.
    func authorise(
        _ principal: Principal,
        _ needed: Principal.Role,
        _ action: String,
        on entities: [String] = [],
        reading: Bool = false
    ) async throws {
        let isAllowed = principal.role >= needed
        let entry = AuditEntry(
            principal: principal.name,
            role: principal.role.rawValue,
            action: action,
            entities: entities.isEmpty ? nil : entities.prefix(20).map { String($0.prefix(256)) },
            outcome: isAllowed ? .allowed : .refused,
            needs: needed.rawValue,
            requestID: CallContext.requestID
        )
        guard isAllowed else {
            do {
                try await journals.audit.append(entry)
            } catch {
                // Refused all the same.
                logger.warning("refusal not written to the audit journal", metadata: ["error": "\(error.detail)"])
            }
            throw EngineError.notAllowed(action: action, needs: needed)
        }
        if reading || needed == .reader {
            try await journals.audit.enqueue(entry)
        } else {
            try await journals.audit.append(entry)
        }
    }

    /// Refuses, and writes down so, a caller whom a door turns away before a use case begins.
    public func refuse(_ principal: Principal, _ action: String, needs needed: Principal.Role) async throws {
        guard principal.role < needed else { return }
        try await authorise(principal, needed, action)
    }
}

internal import LakeCore

/// Whether a store can hold the log, found out by trying.
public enum ConditionalPutSupport: Hashable, Sendable {
    case supported
    /// The reason can be shown.
    case missing(reason: String)
}

extension ObjectStore {
    /// Finds out whether, of several that create one object at once, exactly one succeeds, and whether an object that is there stays.
    ///
    /// Writes an object under `_lake/probes/` and removes it.
    ///
    /// - Throws: `StorageError` when the store does not answer as stores do; that tells nothing of what it can.
    public func probeConditionalPut() async throws(StorageError) -> ConditionalPutSupport {
        // Who wins may fail to hear so; that says nothing against the store unless it is always so.
        var unanswered: StorageError?
        for _ in 1...3 {
            let key = try ObjectKey(validating: "_lake/probes/" + UUIDv7.string())
            do throws(StorageError) {
                let support = try await race(for: key)
                try await delete(key)
                if let support { return support }
            } catch {
                try? await delete(key)
                switch error {
                case .notSupported(_, let reason):
                    return .missing(reason: "the store refuses to put on a condition: \(reason)")
                case .unavailable(.write, _): unanswered = error
                default: throw error
                }
            }
        }
        if let unanswered { throw unanswered }
        return .missing(reason: "of 8 that created one object at once, none succeeded in place of 1")
    }

    /// Nil when nobody won.
    private func race(for key: ObjectKey) async throws(StorageError) -> ConditionalPutSupport? {
        let writers = 8
        let outcomes = await withTaskGroup(of: (Int, Result<ObjectInfo, StorageError>).self) { group in
            for writer in 0..<writers {
                group.addTask { (writer, await outcome(of: writer, key)) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        var winners: [(writer: Int, info: ObjectInfo)] = []
        for (writer, outcome) in outcomes {
            do throws(StorageError) {
                winners.append((writer, try outcome.get()))
            } catch {
                guard case .conditionFailed = error else { throw error }
            }
        }
        guard let winner = winners.first else { return nil }
        guard winners.count == 1 else {
            let count = winners.count
            return .missing(reason: "of \(writers) that created one object at once, \(count) succeeded in place of 1")
        }
        guard try await get(key) == Self.content(winner.writer) else {
            return .missing(reason: "an object that was created on condition was overwritten by another")
        }
        switch await outcome(of: writers, key) {
        case .failure(.conditionFailed): break
        case .failure(let error): throw error
        case .success: return .missing(reason: "an object that was there was created again")
        }
        return try await replacement(of: winner.info, key)
    }

    /// The second half: an object is replaced only by who knows it.
    private func replacement(of info: ObjectInfo, _ key: ObjectKey) async throws(StorageError) -> ConditionalPutSupport?
    {
        let replaced: ObjectInfo
        do throws(StorageError) {
            replaced = try await put(key, Self.content(1000), condition: .ifMatch(etag: info.etag))
        } catch {
            guard case .conditionFailed = error else { throw error }
            return nil
        }
        do throws(StorageError) {
            _ = try await put(key, Self.content(1001), condition: .ifMatch(etag: info.etag))
            return .missing(reason: "an object was replaced by who did not know it")
        } catch {
            guard case .conditionFailed = error, try await head(key)?.etag == replaced.etag else { throw error }
            return .supported
        }
    }

    private func outcome(of writer: Int, _ key: ObjectKey) async -> Result<ObjectInfo, StorageError> {
        do throws(StorageError) {
            return .success(try await put(key, Self.content(writer), condition: .ifAbsent))
        } catch {
            return .failure(error)
        }
    }

    private static func content(_ writer: Int) -> [UInt8] { Array("written by \(writer)".utf8) }
}

internal import LakeCore
internal import Synchronization

/// Objects in memory, for tests and for lakes that need not outlive their process.
///
/// Copies share their objects.
public struct MemoryObjectStore: ObjectStore {
    private let contents = Contents()

    public init() {}

    public func put(
        _ key: ObjectKey,
        _ bytes: [UInt8],
        condition: PutCondition
    ) async throws(StorageError) -> ObjectInfo {
        try put(key, bytes, sha256: nil, condition: condition)
    }

    public func put<Chunks: AsyncSequence & Sendable>(
        _ key: ObjectKey,
        chunks: Chunks,
        announced: AnnouncedContent,
        condition: PutCondition
    ) async throws -> ObjectInfo where Chunks.Element == [UInt8] {
        var check = ContentCheck(key, announced)
        var bytes: [UInt8] = []
        for try await chunk in chunks {
            try check.update(chunk)
            bytes += chunk
        }
        try check.finish()
        return try put(key, bytes, sha256: announced.sha256, condition: condition)
    }

    public func put(
        _ key: ObjectKey,
        file path: String,
        condition: PutCondition
    ) async throws(StorageError) -> ObjectInfo {
        let bytes = try await blocking(.read) {
            let file = try OpenFile(plainFile: path)
            return try file.read(0..<FileStatus.of(file).size)
        }
        let info = try put(key, bytes, sha256: nil, condition: condition)
        await remove(file: path)
        return info
    }

    private func put(
        _ key: ObjectKey,
        _ bytes: [UInt8],
        sha256: String?,
        condition: PutCondition
    ) throws(StorageError) -> ObjectInfo {
        try contents.state.withLock { (state) throws(StorageError) in
            let found = state.objects[key]?.info.etag
            switch condition {
            case .always: break
            case .ifAbsent: guard found == nil else { throw .conditionFailed(key) }
            case .ifMatch(let etag): guard found == etag else { throw .conditionFailed(key) }
            }
            state.puts += 1
            let info = ObjectInfo(
                key: key,
                size: bytes.count,
                etag: String(state.puts),
                modifiedAt: WallClock.nowMilliseconds(),
                sha256: sha256
            )
            state.objects[key] = Object(info: info, bytes: bytes)
            return info
        }
    }

    public func get(_ key: ObjectKey) async throws(StorageError) -> [UInt8] {
        try object(key).bytes
    }

    public func get(_ key: ObjectKey, range: Range<Int>) async throws(StorageError) -> [UInt8] {
        let object = try object(key)
        guard range.lowerBound >= 0, range.upperBound <= object.bytes.count else {
            throw .rangeOutside(key, size: object.bytes.count)
        }
        return Array(object.bytes[range])
    }

    public func open(
        _ key: ObjectKey,
        range: ObjectRange,
        ifMatch etag: String?
    ) async throws(StorageError) -> OpenObject {
        let object = try object(key)
        if let etag, etag != object.info.etag { throw .conditionFailed(key) }
        guard let range = range.resolved(size: object.bytes.count) else {
            throw .rangeOutside(key, size: object.bytes.count)
        }
        let walk = ChunkWalk(range)
        return OpenObject(
            info: object.info,
            range: range,
            chunks: ObjectChunks { walk.next().map { Array(object.bytes[$0]) } }
        )
    }

    public func head(_ key: ObjectKey) async throws(StorageError) -> ObjectInfo? {
        contents.state.withLock { $0.objects[key]?.info }
    }

    public func list(prefix: String, after: String?, limit: Int) async throws(StorageError) -> [ObjectInfo] {
        let found = contents.state.withLock { state in
            state.objects.values.compactMap { object in
                var info = object.info
                let key = info.key.rawValue.utf8
                guard key.starts(with: prefix.utf8), after?.utf8.lexicographicallyPrecedes(key) ?? true else {
                    return nil
                }
                info.sha256 = nil
                return info
            } as [ObjectInfo]
        }
        return Array(found.sorted { $0.key < $1.key }.prefix(max(0, limit)))
    }

    public func delete(_ key: ObjectKey) async throws(StorageError) {
        contents.state.withLock { $0.objects[key] = nil }
    }

    private func object(_ key: ObjectKey) throws(StorageError) -> Object {
        guard let object = contents.state.withLock({ $0.objects[key] }) else { throw .noSuchObject(key) }
        return object
    }

    /// An object and what is known of it.
    private struct Object {
        var info: ObjectInfo
        var bytes: [UInt8]
    }

    /// What the copies of one store share.
    private final class Contents: Sendable {
        let state = Mutex(State())

        struct State {
            var objects: [ObjectKey: Object] = [:]
            var puts = 0
        }
    }
}

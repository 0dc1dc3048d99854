import LakeStorage
import LakeTesting

/// The stores there are.
enum StoreKind: CaseIterable {
    case local, memory
    /// Any of them behind a store that passes everything on.
    case failing
}

/// A fresh empty store; what it needs lives as long as this does.
struct StoreUnderTest {
    let store: any ObjectStore
    let folder: TemporaryFolder

    init(_ kind: StoreKind) async throws {
        folder = try TemporaryFolder()
        switch kind {
        case .local: store = try LocalObjectStore(root: folder.path("lake"))
        case .memory: store = MemoryObjectStore()
        case .failing: store = FailingObjectStore(MemoryObjectStore(), fault: .none)
        }
    }

    func keys(_ prefix: String = "", after: String? = nil, limit: Int = 1000) async throws -> [String] {
        try await store.list(prefix: prefix, after: after, limit: limit).map(\.key.rawValue)
    }
}

extension ObjectInfo {
    /// Whether both can be what a store knows of one object at one time.
    func isOfOneObject(with other: ObjectInfo?) -> Bool {
        guard let other, key == other.key, size == other.size, etag == other.etag else { return false }
        // Some stores round to seconds, and what a put answers is this machine's clock.
        guard abs(modifiedAt - other.modifiedAt) < 2000 else { return false }
        return sha256 == nil || other.sha256 == nil || sha256 == other.sha256
    }
}

import LakeCatalog
import LakeCore
import LakeStorage
import LakeVector

/// Where the files of index generations are on this machine; those of remote buckets are fetched first.
struct GenerationFolders: Sendable {
    let store: any ObjectStore
    /// The folder the objects are files of, when they are.
    let root: String?
    let cache: FolderCache

    /// The folder of a generation.
    func folder(of generation: Generation) async throws -> String {
        if let root { return root + "/" + generation.prefix }
        if let folder = try await cache.folder(generation.manifestSHA256) { return folder }
        let key = try ObjectKey(validating: "\(generation.prefix)/\(GenerationManifest.fileName)")
        let bytes = try await store.get(key)
        guard ContentHash.sha256(bytes) == generation.manifestSHA256 else { throw StorageError.damaged(key) }
        var items = try GenerationManifest(reading: bytes).files.map { file in
            FolderCache.Item(
                key: try ObjectKey(validating: "\(generation.prefix)/\(file.name)"),
                name: file.name,
                size: file.size,
                sha256: file.sha256
            )
        }
        items.append(
            FolderCache.Item(
                key: key,
                name: GenerationManifest.fileName,
                size: bytes.count,
                sha256: generation.manifestSHA256
            )
        )
        return try await cache.folder(generation.manifestSHA256, of: items, from: store)
    }
}

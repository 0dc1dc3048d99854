internal import Foundation
internal import LakeStorage

/// One generation of a vector index, open for searching.
///
/// Its files are mapped, not read: opening costs the same for any size, and what a search touches stays in the page cache. The
/// mappings go away with the last reference; a running search holds one.
public final class VectorGeneration: Sendable {
    public let manifest: GenerationManifest
    public let manifestSHA256: String
    let pool: KernelPool
    let vectors: VectorsV1
    let codes: CodesV1
    let chunks: ChunksV1
    private let folder: String

    /// Chunks of the generation.
    public var count: Int { manifest.chunks }
    public var dimensions: Int { manifest.dimensions }

    /// Opens the folder and checks the shape of its files against its manifest; reads a few pages of each.
    ///
    /// - Parameters:
    ///   - folder: What ``GenerationBuilder`` wrote.
    ///   - manifestSHA256: What the catalog says of the manifest; nil: any will do.
    ///   - pool: Whose threads serve the generation.
    /// - Returns: The generation, ready to be searched.
    /// - Throws: ``VectorError/corrupt(file:reason:)`` when a file is missing, cut short or of another shape.
    public static func open(
        folder: String,
        expecting manifestSHA256: String?,
        pool: KernelPool
    ) async throws(VectorError) -> VectorGeneration {
        try await pool.scans.run { () throws(VectorError) in
            try VectorGeneration(folder: folder, expecting: manifestSHA256, pool: pool)
        }
    }

    private init(folder: String, expecting: String?, pool: KernelPool) throws(VectorError) {
        let bytes = try Self.manifestBytes(folder: folder)
        let digest = ContentHash.sha256(bytes)
        guard expecting == nil || expecting == digest else {
            throw .corrupt(file: ManifestV1.fileName, reason: "it is not the one that was committed")
        }
        let manifest = try ManifestV1.decode(bytes)
        var files: [String: MappedFile] = [:]
        for file in manifest.files {
            let mapped = try MappedFile(path: folder + "/" + file.name, name: file.name)
            guard mapped.size == file.size else {
                throw .corrupt(file: file.name, reason: "it has \(mapped.size) bytes where \(file.size) were written")
            }
            files[file.name] = mapped
        }
        let (count, dimensions) = (manifest.chunks, manifest.dimensions)
        vectors = try VectorsV1(Self.file(VectorsV1.fileName, of: files), count: count, dimensions: dimensions)
        codes = try CodesV1(Self.file(CodesV1.fileName, of: files), count: count, dimensions: dimensions)
        chunks = try ChunksV1(Self.file(ChunksV1.fileName, of: files), count: count)
        self.manifest = manifest
        self.manifestSHA256 = digest
        self.pool = pool
        self.folder = folder
    }

    /// The records of these chunks, in this order.
    ///
    /// - Throws: ``VectorError/corrupt(file:reason:)`` for one whose checksum does not match.
    public func records(_ ordinals: [Int]) async throws(VectorError) -> [ChunkRecord] {
        for ordinal in ordinals where ordinal < 0 || ordinal >= count {
            throw .noSuchChunk(ordinal, chunks: count)
        }
        return try await pool.scans.run { () throws(VectorError) in
            var records: [ChunkRecord] = []
            records.reserveCapacity(ordinals.count)
            for ordinal in ordinals { records.append(try self.chunks.record(ordinal)) }
            return records
        }
    }

    /// The chunks whose source `isAllowed` accepts, as a filter for ``search(_:k:among:)``; asks once for each chunk.
    public func ordinals(
        where isAllowed: @Sendable (ChunkSource) -> Bool
    ) async throws(VectorError) -> OrdinalSet {
        try await pool.scans.run { () throws(VectorError) in
            var set = OrdinalSet(universe: self.count)
            for ordinal in 0..<self.count {
                guard ordinal % 4096 != 0 || !Task.isCancelled else { throw .cancelled }
                if isAllowed(try self.chunks.source(ordinal)) { set.insert(ordinal) }
            }
            return set
        }
    }

    /// Reads every file to its end and compares its digest with the manifest's.
    ///
    /// - Throws: ``VectorError/corrupt(file:reason:)`` for the first that differs.
    public func verify() async throws(VectorError) {
        for file in manifest.files {
            let found: FileDigest
            do throws(StorageError) {
                found = try await FileDigest.sha256(ofFile: folder + "/" + file.name)
            } catch .cancelled {
                throw .cancelled
            } catch .noSuchFile {
                throw .corrupt(file: file.name, reason: "it is missing")
            } catch {
                throw .storage(error)
            }
            guard found.sha256 == file.sha256, found.size == file.size else {
                throw .corrupt(file: file.name, reason: "its digest is not the manifest's")
            }
        }
    }

    private static func manifestBytes(folder: String) throws(VectorError) -> [UInt8] {
        let file = try MappedFile(path: folder + "/" + ManifestV1.fileName, name: ManifestV1.fileName)
        guard file.size <= ManifestV1.sizeMax else {
            throw .corrupt(file: ManifestV1.fileName, reason: "it is too large to be a manifest")
        }
        return file.read { Array($0) }
    }

    private static func file(_ name: String, of files: [String: MappedFile]) throws(VectorError) -> MappedFile {
        guard let file = files[name] else { throw .corrupt(file: name, reason: "the manifest does not list it") }
        return file
    }
}

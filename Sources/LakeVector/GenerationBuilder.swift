internal import Foundation
internal import Glibc
internal import LakeCore
public import LakeStorage

/// A generation that has been written.
public struct BuiltGeneration: Hashable, Sendable {
    public let manifest: GenerationManifest
    /// Of the manifest's bytes; what ``VectorGeneration/open(folder:expecting:pool:)`` is to be given.
    public let manifestSHA256: String
    /// The folder's files, the manifest last: in this order they become objects.
    public let fileNames: [String]
    /// Bytes of all files.
    public let bytes: Int
}

/// Writes the folder of a generation from the segments of a job.
public final class GenerationBuilder {
    private let folder: String
    private let dimensions: Int
    private let source: GenerationManifest.Source
    private let vectors: FileSink
    private let codes: FileSink
    private let chunks: FileSink
    /// Steps and errors of the codes, and the table of the chunks: 40 bytes a chunk, all that is kept in memory.
    private var factors = ByteWriter()
    private var table = ByteWriter()
    private var count = 0
    private var next = SourcePosition.start

    /// Reads segments one after the other and writes the folder of a generation.
    ///
    /// The same segments give the same bytes. Everything is on disk when this returns; if it throws, the folder is gone again.
    ///
    /// - Parameters:
    ///   - segments: In the order of the source: the first starts at ``SourcePosition/start``, each other where the one before it
    ///     ended.
    ///   - store: Where the segments are.
    ///   - folder: Must not exist.
    ///   - dimensions: Of the model.
    ///   - source: What the segments were made from; goes into the manifest.
    ///   - pool: Whose thread for builds does the work.
    /// - Returns: What was written.
    /// - Throws: ``VectorError/wrongSegment(file:reason:)`` for one of another model or out of order;
    ///   ``VectorError/corrupt(file:reason:)`` for one that is not as written.
    public static func assemble(
        segments: [ObjectKey],
        of store: any ObjectStore,
        into folder: String,
        dimensions: Int,
        source: GenerationManifest.Source,
        pool: KernelPool
    ) async throws(VectorError) -> BuiltGeneration {
        try await pool.builds.run { () async throws(VectorError) -> BuiltGeneration in
            guard mkdir(folder, 0o700) == 0 else { throw .system(errno, .write) }
            do throws(VectorError) {
                let builder = try GenerationBuilder(folder: folder, dimensions: dimensions, source: source)
                for key in segments {
                    guard !Task.isCancelled else { throw .cancelled }
                    let name = key.rawValue
                    try builder.append(SegmentV1.decode(try await bytes(of: key, in: store), file: name), file: name)
                }
                return try builder.finish()
            } catch {
                // Half of a generation is of no use. What cannot be removed now is swept with the staging folder.
                try? FileManager.default.removeItem(atPath: folder)
                throw error
            }
        }
    }

    private init(folder: String, dimensions: Int, source: GenerationManifest.Source) throws(VectorError) {
        guard (1...Segment.dimensionsMax).contains(dimensions) else {
            throw .invalidBatch(reason: "\(dimensions) dimensions; 1 to \(Segment.dimensionsMax) can be stored")
        }
        self.folder = folder
        self.dimensions = dimensions
        self.source = source
        vectors = try FileSink(folder: folder, name: VectorsV1.fileName)
        codes = try FileSink(folder: folder, name: CodesV1.fileName)
        chunks = try FileSink(folder: folder, name: ChunksV1.fileName)
        try vectors.append(VectorsV1.frame(dimensions: dimensions).header)
        try codes.append(CodesV1.frame(dimensions: dimensions).header)
        try chunks.append(ChunksV1.frame.header)
    }

    private func append(_ segment: Segment, file: String) throws(VectorError) {
        guard segment.modelDigest == source.model.digest, segment.dimensions == dimensions else {
            throw .wrongSegment(file: file, reason: "another model made its vectors")
        }
        guard segment.start == next else {
            throw .wrongSegment(file: file, reason: "it does not start where the one before it ended")
        }
        next = segment.next
        count += segment.records.count
        try vectors.append(segment.vectors)
        for first in stride(from: 0, to: segment.vectors.count, by: dimensions) {
            let row = CodeKernel.encode(segment.vectors[first..<(first + dimensions)])
            try codes.append(row.codes)
            factors.append([row.step, row.error])
        }
        for record in segment.records {
            guard record.fileIndex < source.dataFiles.count, record.column < source.textColumns.count else {
                throw .wrongSegment(file: file, reason: "a chunk is of a file or column that the index does not have")
            }
            let encoded = ChunksV1.encode(record, at: chunks.size)
            try chunks.append(encoded.record)
            table.append(encoded.entry)
        }
    }

    private func finish() throws(VectorError) -> BuiltGeneration {
        try vectors.append(FrameV1.trailer(count: count, table: vectors.size))
        let codesTable = codes.size
        try codes.append(factors.bytes)
        try codes.append(FrameV1.trailer(count: count, table: codesTable))
        try chunks.pad(to: ChunksV1.tableAlignment)
        let chunksTable = chunks.size
        try chunks.append(table.bytes)
        try chunks.append(FrameV1.trailer(count: count, table: chunksTable))
        let files = [try chunks.finish(), try codes.finish(), try vectors.finish()]
        let manifest = GenerationManifest(source: source, dimensions: dimensions, chunks: count, files: files)
        let sink = try FileSink(folder: folder, name: ManifestV1.fileName)
        try sink.append(try ManifestV1.encode(manifest))
        let manifestFile = try sink.finish()
        try Self.sync(folder: folder)
        return BuiltGeneration(
            manifest: manifest,
            manifestSHA256: manifestFile.sha256,
            fileNames: (files + [manifestFile]).map(\.name),
            bytes: manifest.bytes + manifestFile.size
        )
    }

    /// Makes the entries of a folder durable.
    private static func sync(folder: String) throws(VectorError) {
        let descriptor = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(errno, .write) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system(errno, .write) }
    }

    private static func bytes(of key: ObjectKey, in store: any ObjectStore) async throws(VectorError) -> [UInt8] {
        do throws(StorageError) {
            return try await store.get(key)
        } catch {
            throw error == .cancelled ? .cancelled : .storage(error)
        }
    }
}

internal import Foundation
import LakeCore

/// Version 1 of `manifest.json`: one JSON object, its keys in order, so that the same manifest always has the same bytes.
enum ManifestV1 {
    static let fileName = "manifest.json"
    static let format = "lakehouse-vector-generation"
    static let version: UInt32 = 1
    /// A manifest names every data file of a dataset; more than this is no manifest.
    static let sizeMax = 256 << 20

    static func encode(_ manifest: GenerationManifest) throws(VectorError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(Document(manifest))) + Array("\n".utf8)
        } catch {
            throw .invalidBatch(reason: "the manifest cannot be written as JSON")
        }
    }

    static func decode(_ bytes: [UInt8]) throws(VectorError) -> GenerationManifest {
        let decoder = JSONDecoder()
        let data = Data(bytes)
        guard let kind = try? decoder.decode(Kind.self, from: data), kind.format == format else {
            throw .corrupt(file: fileName, reason: "it is not the manifest of a generation")
        }
        guard kind.version == version else { throw .unknownFormat(file: fileName, version: kind.version) }
        guard let manifest = (try? decoder.decode(Document.self, from: data))?.manifest else {
            throw .corrupt(file: fileName, reason: "fields are missing or out of range")
        }
        return manifest
    }

    /// What every version starts with.
    private struct Kind: Decodable {
        let format: String
        let version: UInt32
    }

    /// The JSON object.
    private struct Document: Codable {
        let format: String
        let version: UInt32
        let metric: String
        let dimensions: Int
        let chunks: Int
        let rows: Int
        let sourceVersion: Int
        let dataFiles: [String]
        let textColumns: [String]
        let chunking: ChunkSettings
        let model: ModelReference
        let files: [GenerationManifest.File]

        enum CodingKeys: String, CodingKey {
            case format, version, metric, dimensions, chunks, rows, chunking, model, files
            case sourceVersion = "source_version"
            case dataFiles = "data_files"
            case textColumns = "text_columns"
        }

        init(_ manifest: GenerationManifest) {
            format = ManifestV1.format
            version = ManifestV1.version
            metric = GenerationManifest.metric
            dimensions = manifest.dimensions
            chunks = manifest.chunks
            rows = manifest.source.rows
            sourceVersion = manifest.source.version
            dataFiles = manifest.source.dataFiles
            textColumns = manifest.source.textColumns
            chunking = manifest.source.chunking
            model = manifest.source.model
            files = manifest.files
        }

        /// Nil when a field has a value that no generation can have.
        var manifest: GenerationManifest? {
            let names = [ChunksV1.fileName, CodesV1.fileName, VectorsV1.fileName]
            guard metric == GenerationManifest.metric, (1...Segment.dimensionsMax).contains(dimensions),
                chunks >= 0, rows >= 0, files.map(\.name) == names, files.allSatisfy({ $0.size > 0 })
            else { return nil }
            return GenerationManifest(
                source: .init(
                    version: sourceVersion,
                    rows: rows,
                    dataFiles: dataFiles,
                    textColumns: textColumns,
                    chunking: chunking,
                    model: model
                ),
                dimensions: dimensions,
                chunks: chunks,
                files: files
            )
        }
    }
}

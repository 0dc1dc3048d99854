import Foundation
import LakeSQL
import LakeTesting

/// Writes what queries give as Parquet files, with the engine alone.
struct ParquetFiles {
    let folder: TemporaryFolder
    let session: TrustedSession

    init() async throws {
        folder = try TemporaryFolder()
        session = try await TrustedDatabase(settings: TrustedSettings(temporaryFolder: folder.path("spill"))).session()
    }

    /// Writes the rows of `sql` and gives the file's path.
    func write(_ name: String, _ sql: String) async throws -> String {
        let path = folder.path(name + ".parquet")
        try await session.execute("COPY (\(sql)\n) TO \(SQLText.quoteLiteral(path)) (FORMAT parquet)")
        return path
    }

    /// A file with the rows of `sql`.
    func bytes(of sql: String) async throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: try await write("next", sql))))
    }
}

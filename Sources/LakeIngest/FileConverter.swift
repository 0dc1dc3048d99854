import Foundation
import LakeCore
public import LakeSQL

/// Turns one local file of any format into one Parquet file.
///
/// Every column has a field id, rows keep the file's order, and nothing is left out without being counted.
/// The rules by format are in `docs/INGEST.md`.
public struct FileConverter: Sendable {
    private let database: TrustedDatabase

    /// - Parameter database: Reads and writes the tables.
    public init(database: TrustedDatabase) { self.database = database }

    /// Converts `file`; intermediate files lie beside `output` and are gone at the end.
    ///
    /// - Parameters:
    ///   - file: Path of a complete local file that nobody changes meanwhile.
    ///   - options: What the caller knows or wants.
    ///   - output: Path of the Parquet file to write; what it holds after an error is undefined.
    ///   - progress: Called from any thread with a number from 0 to 1.
    /// - Returns: What the Parquet file holds and what of the file it does not.
    /// - Throws: ``IngestError`` and nothing else; ``IngestError/cancelled`` soon after the task is cancelled.
    public func convert(
        file: String,
        options: IngestOptions,
        output: String,
        progress: (@Sendable (Double) -> Void)? = nil
    ) async throws(IngestError) -> ConvertedTable {
        let session: TrustedSession
        do throws(SQLError) {
            session = try await database.session()
        } catch {
            throw Engine.error(error, "opening a connection")
        }
        let conversion = Conversion(
            job: ConversionJob(
                path: file,
                options: options,
                scratch: output + ".rows",
                output: output,
                session: session,
                progress: progress
            )
        )
        do throws(IngestError) {
            var table = try await conversion.run()
            try await Self.profile(&table, at: output, options, session)
            await session.close()
            progress?(1)
            return table
        } catch {
            await session.close()
            throw error
        }
    }
}

extension FileConverter {
    /// Looks at the rows that were written: what a new table is known by, fewer rows tell of what is added to one.
    private static func profile(
        _ table: inout ConvertedTable,
        at path: String,
        _ options: IngestOptions,
        _ session: TrustedSession
    ) async throws(IngestError) {
        let most = options.expectedSchema == nil ? 1000 : 200
        let scan = PersonalDataScan(session: session, path: path, rows: table.rows, most: most)
        table.personalData = try await scan.run(table.schema)
        guard let column = options.eventTimeColumn.flatMap(table.schema.column), column.isTime else { return }
        let query = "SELECT \(SQLText.latestTime(of: column.name)) FROM read_parquet(\(SQLText.quoteLiteral(path)))"
        let found = try await Engine.step("looking for the latest time", session) { session throws(SQLError) in
            try await session.rows(query)
        }
        if case .text(let time)? = found.first?.first { table.highWater = time }
    }
}

/// One call of ``FileConverter/convert(file:options:output:progress:)``: finds out what the file is and hands it on.
struct Conversion {
    let job: ConversionJob

    /// What to do with a file.
    private enum Inspection: Sendable {
        case parquet
        case arrow
        case utf16(bigEndian: Bool)
        case text(FormatDetector.Finding)
    }

    func run() async throws(IngestError) -> ConvertedTable {
        defer { unlink(job.scratch) }
        switch try await inspect(job.path) {
        case .parquet: return try await ParquetConversion(job: job).run()
        case .arrow: return try await ArrowConversion(job: job).run()
        case .text(let finding): return try await convert(finding, job)
        case .utf16(let bigEndian):
            var inner = job
            inner.path = job.output + ".utf8"
            defer { unlink(inner.path) }
            try await job.pass(isFirst: false) { [job, copy = inner.path] pause throws(IngestError) in
                try UTF16Transcoder.write(
                    job.path,
                    to: copy,
                    bigEndian: bigEndian,
                    fileName: job.fileName,
                    pause: pause
                )
            }
            guard case .text(let finding) = try await inspect(inner.path) else {
                throw notAsTold("UTF-16 within UTF-16")
            }
            return try await convert(finding, inner)
        }
    }

    /// Looks at the start of the file at `path`.
    private func inspect(_ path: String) async throws(IngestError) -> Inspection {
        try await BlockingWork.run { [self] flag throws(IngestError) in
            let file = try InputFile(path: path, name: job.fileName)
            var sample = try file.bytes(at: 0, FormatDetector.sampleBytes)
            switch ContentKind(sample) {
            case .parquet:
                guard job.options.format ?? .parquet == .parquet else { throw notAsTold("Parquet") }
                return .parquet
            case .arrow:
                guard job.options.format ?? .arrow == .arrow else { throw notAsTold("Arrow") }
                return .arrow
            case .utf16(let bigEndian): return .utf16(bigEndian: bigEndian)
            case .foreign(let seems, let advice):
                throw .unsupported(file: job.fileName, seems: seems, advice: advice)
            case .text:
                let isWhole = sample.count == file.size
                if sample.starts(with: [0xEF, 0xBB, 0xBF]) { sample.removeFirst(3) }
                if sample.allSatisfy(WhiteSpace.contains), try WhiteSpace.fills(file, flag) {
                    throw .empty(file: job.fileName)
                }
                if [.parquet, .arrow].contains(job.options.format) { throw notAsTold("text") }
                return .text(try FormatDetector(sample: sample, isWhole: isWhole, options: job.options).find())
            }
        }
    }

    private func notAsTold(_ seems: String) -> IngestError {
        .unsupported(file: job.fileName, seems: seems, advice: "leave the format out or name that one")
    }

    private func convert(
        _ finding: FormatDetector.Finding,
        _ job: ConversionJob
    ) async throws(IngestError) -> ConvertedTable {
        switch finding.format {
        case .csv, .parquet, .arrow: try await CSVConversion(job: job, delimiter: finding.delimiter).run()
        case .json, .ndjson: try await JSONConversion(job: job, format: finding.format).run()
        case .text, .markdown: try await TextConversion(job: job, format: finding.format).run()
        }
    }
}

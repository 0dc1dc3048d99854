public import LakeCore

/// What can go wrong in this room.
public enum IngestError: LakeFailure, Hashable {
    /// The content is of a kind that is not read; `advice` says what to do instead.
    case unsupported(file: String, seems: String, advice: String)
    /// There is nothing in the file, or nothing but white space.
    case empty(file: String)
    /// The content breaks the rules of its own format; `problem` says where and how.
    case malformed(file: String, format: FileFormat, problem: String)
    /// No record of the file could be kept.
    case everyRowRejected(file: String, rejected: Int, first: RejectedRow)
    /// The file's columns are not those of the table; `problem` names them.
    case columnsDiffer(file: String, problem: String)
    /// A column's values do not fit its type in the table.
    case valueDoesNotFit(column: String, expected: String, found: String, row: Int?)
    /// A limit of this room is passed.
    case tooLarge(file: String, what: String, limit: String)
    /// An option makes no sense.
    case invalidOption(String)
    /// A file of this machine could not be read or written.
    case fileAccess(file: String, reason: String)
    /// The disk or the quota is full.
    case noSpace
    /// The SQL engine failed on what should have worked.
    ///
    /// The cause is its own message, which may hold paths and values: for the log of this process only.
    case engine(kind: FailureKind, step: String, cause: String)
    /// The caller stopped the work.
    case cancelled

    public var kind: FailureKind {
        switch self {
        case .unsupported: .unsupported
        case .empty, .malformed, .everyRowRejected, .columnsDiffer, .valueDoesNotFit, .invalidOption: .invalid
        case .tooLarge: .tooLarge
        case .fileAccess: .unavailable
        case .noSpace: .exhausted
        case .engine(let kind, _, _): kind
        case .cancelled: .cancelled
        }
    }

    public var code: String {
        switch self {
        case .unsupported: "unsupported_file"
        case .empty: "empty_file"
        case .malformed: "malformed_file"
        case .everyRowRejected: "every_row_rejected"
        case .columnsDiffer: "columns_differ"
        case .valueDoesNotFit: "value_does_not_fit"
        case .tooLarge: "file_limit"
        case .invalidOption: "invalid_option"
        case .fileAccess: "file_access"
        case .noSpace: "no_space"
        case .engine: "conversion_failed"
        case .cancelled: "ingest_cancelled"
        }
    }

    public var detail: String {
        switch self {
        case .unsupported(let file, let seems, let advice): "\(file) seems to be \(seems): \(advice)."
        case .empty(let file): "\(file) holds nothing but white space: send a file with at least one record."
        case .malformed(let file, let format, let problem):
            "\(file) is not valid \(format.title): \(problem); correct it and send it again."
        case .everyRowRejected(let file, let rejected, let first):
            "None of the \(rejected) records of \(file) could be read, the first"
                + (first.line.map { " (line \($0))" } ?? "")
                + " because: \(first.reason); check the delimiter, the header and the encoding."
        case .columnsDiffer(let file, let problem):
            "The columns of \(file) are not those of the table: \(problem); send the same columns or make a new table."
        case .valueDoesNotFit(let column, let expected, let found, let row):
            "The column \(column) is \(expected) in the table but \(found) in the file"
                + (row.map { ", first in row \($0)" } ?? "") + ": correct the values or make another table."
        case .tooLarge(let file, let what, let limit):
            "\(file) has \(what), and at most \(limit) can be taken: split it or leave that out."
        case .invalidOption(let problem): problem
        case .fileAccess(let file, let reason): "\(file) could not be read or written: \(reason)."
        case .noSpace: "The lake's disk or quota is full; free some space and retry."
        case .engine(_, let step, _): "The SQL engine failed while \(step): try again, and with less at once."
        case .cancelled: "The ingest was cancelled."
        }
    }
}

public import LakeCore

/// A place in a statement, as an editor counts it.
public struct SourcePosition: Hashable, Sendable, Codable {
    /// UTF-8 bytes from the start, from 0.
    public var offset: Int
    /// From 1.
    public var line: Int
    /// In characters, from 1.
    public var column: Int

    /// The place of `offset` in `text`.
    public init(offset: Int, in text: String) {
        let before = text.utf8.prefix(offset)
        let lastLine = before.lastIndex(of: 10).map { before.index(after: $0) } ?? before.startIndex
        self.offset = before.count
        line = 1 + before.count { $0 == 10 }
        column = 1 + text[lastLine..<before.endIndex].count
    }
}

/// What can go wrong in this room.
public enum SQLError: LakeFailure, Hashable {
    /// The text is not SQL.
    case syntax(message: String, position: SourcePosition?)
    /// The text is not exactly one query; `hint` says what to do instead.
    case notOneSelect(hint: String)
    /// The statement uses something that queries may not; `hint` says what to do instead.
    case notAllowed(what: String, hint: String, position: SourcePosition?)
    /// The function is unknown or may not be called.
    case functionNotAllowed(name: String, nearest: [String], position: SourcePosition?)
    /// A file or address stands where a table's name should.
    case fileAsTable(name: String, position: SourcePosition?)
    /// The statement is longer than is accepted.
    case tooLong(bytes: Int, limit: Int)
    /// The parameters do not fit the statement.
    case parameters(String)
    /// The result has a column of a type that has no form outside the engine.
    case unsupportedType(column: String, type: String)
    /// The engine refused or gave up on the statement.
    case statement(StatementFailure)
    /// Every connection is busy and the queue is full.
    case busy
    /// The query ran longer than it was given.
    case timedOut
    /// The query was cancelled.
    case cancelled
    /// The database could not be opened or is closed.
    case unavailable(String)

    public var kind: FailureKind {
        switch self {
        case .syntax, .notOneSelect, .notAllowed, .functionNotAllowed, .fileAsTable, .parameters, .unsupportedType:
            .invalid
        case .tooLong: .tooLarge
        case .statement(let failure): failure.kind
        case .busy: .exhausted
        case .timedOut: .timedOut
        case .cancelled: .cancelled
        case .unavailable: .unavailable
        }
    }

    public var code: String {
        switch self {
        case .syntax: "syntax_error"
        case .notOneSelect: "not_one_select"
        case .notAllowed: "not_allowed"
        case .functionNotAllowed: "function_not_allowed"
        case .fileAsTable: "file_as_table"
        case .tooLong: "statement_too_long"
        case .parameters: "parameters"
        case .unsupportedType: "unsupported_type"
        case .statement(let failure): failure.code
        case .busy: "busy"
        case .timedOut: "query_timed_out"
        case .cancelled: "query_cancelled"
        case .unavailable: "sql_unavailable"
        }
    }

    public var detail: String {
        switch self {
        case .syntax(let message, let position): message + place(position)
        case .notOneSelect(let hint): "The text must be exactly one query: \(hint)"
        case .notAllowed(let what, let hint, let position): "\(what)\(place(position)) is not allowed here: \(hint)"
        case .functionNotAllowed(let name, let nearest, let position):
            "The function \(name)\(place(position)) does not exist or may not be called"
                + (nearest.isEmpty ? "." : "; near it: \(nearest.joined(separator: ", ")).")
        case .fileAsTable(let name, let position):
            "'\(name)'\(place(position)) is a file or an address, not a table: ingest it as a dataset first and query "
                + "that by its name."
        case .tooLong(let bytes, let limit): "The statement has \(bytes) bytes; at most \(limit) are accepted."
        case .parameters(let message): message
        case .unsupportedType(let column, let type):
            "The column \(column) is of the type \(type), which cannot leave the engine: cast it to another type."
        case .statement(let failure): failure.message + place(failure.position)
        case .busy: "Too many queries are running and waiting: try again later."
        case .timedOut: "The query did not end within its time: ask for less or allow more time."
        case .cancelled: "The query was cancelled."
        case .unavailable(let message): message
        }
    }

    /// Where in the statement, when that is known.
    public var position: SourcePosition? {
        switch self {
        case .syntax(_, let position), .notAllowed(_, _, let position), .functionNotAllowed(_, _, let position),
            .fileAsTable(_, let position):
            position
        case .statement(let failure): failure.position
        default: nil
        }
    }

    private func place(_ position: SourcePosition?) -> String {
        position.map { " (line \($0.line), column \($0.column))" } ?? ""
    }
}

/// How the engine refused or gave up on a statement.
public struct StatementFailure: Hashable, Sendable {
    public var kind: FailureKind
    /// A stable word: `binder_error`, `conversion_error`, `out_of_memory`.
    public var code: String
    /// For the caller: no paths, no row values.
    public var message: String
    public var position: SourcePosition?
    /// What the engine said, word for word; may hold paths and row values, so for the log of this process only.
    public var rawMessage: String

    /// Whether the engine failed, and not the statement.
    var isInternal: Bool { kind == .internal }
}

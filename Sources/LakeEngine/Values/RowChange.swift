/// What a change of a dataset's rows did.
public struct RowChange: Sendable, Codable, Equatable {
    public var dataset: String
    /// The lake version that has the change; the one that was read when nothing was to be changed.
    public var version: Int
    public var rowsDeleted: Int
    /// Rows that came in place of others.
    public var rowsAdded: Int
    /// The rows of the dataset afterwards.
    public var rows: Int
    /// Whether nothing was changed, only counted.
    public var dryRun: Bool
}

extension RowChange: RepeatableAnswer {
    mutating func settle(at version: Int) { self.version = version }
}

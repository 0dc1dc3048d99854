/// What kinds of work hold beside the SQL engine's own memory, in bytes: more than was seen, so that the sum of many is bounded.
enum WorkingMemory {
    /// A query's decoded rows and the answer's pieces.
    static let query = 1 << 20
    /// A file's pieces on their way to the disk.
    static let upload = 1 << 20
    /// A file that is read or waits to be: its profile and samples.
    static let ingest = 4 << 20
    /// A search's hits and the rows behind them, for each of them.
    static let hit = 8 << 10
    /// A text that is embedded, for each of its bytes: its tokens and their numbers.
    static let textFactor = 8
}

/// What would mend a lake, to be approved as a whole.
public struct RepairPlan: Sendable, Codable, Equatable {
    /// Stands for exactly these steps; approving them names it.
    public var id: String
    public var version: Int
    public var steps: [RepairStep]
    /// What no step can mend, each with what can.
    public var beyondRepair: [String]
    /// Rows that would be gone.
    public var rowsLost: Int
}

/// One thing that a repair does.
public struct RepairStep: Sendable, Codable, Equatable {
    /// What kind of thing.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// Puts a good copy of an object in its place.
        case restoreObject = "restore_object"
        /// Takes a data file that is lost out of its dataset; its rows are gone.
        case removeFile = "remove_file"
        /// Takes a damaged checkpoint away and writes a new one.
        case rewriteCheckpoint = "rewrite_checkpoint"
        /// Builds the next generation of an index.
        case rebuildIndex = "rebuild_index"
    }

    public var kind: Kind
    /// The object's key; a checkpoint's version.
    public var object: String
    /// The dataset's or the index's name.
    public var subject: String?
    /// The bucket the object is in; nil for the primary one.
    public var bucket: String?
    /// The key of the good copy.
    public var source: String?
    /// The bucket that the good copy is in; nil for the primary one.
    public var sourceBucket: String?
    /// Rows that are gone with it.
    public var rowsLost: Int?
    /// What it does and why, in a sentence.
    public var detail: String
}

/// What a repair did.
public struct RepairOutcome: Sendable, Codable, Equatable {
    /// The plan's.
    public var id: String
    /// The lake version after it.
    public var version: Int
    public var steps: [RepairStep]
    /// Jobs that build indexes anew.
    public var jobs: [JobStatus]
}

/// What was done about data files and generations that are missing.
public struct ResyncOutcome: Sendable, Codable, Equatable {
    /// Objects that were put back.
    public var restored: [String]
    /// Objects of which no good copy was found.
    public var missing: [String]
}

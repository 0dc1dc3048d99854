/// What a check of the whole lake found.
public struct VerificationReport: Sendable, Codable, Equatable {
    public var version: Int
    public var commits: Int
    public var objects: Int
    public var bytes: Int
    /// Empty means sound.
    public var problems: [LakeProblem]
    /// Objects no version refers to, left by work that was cut off; a sweep takes them away.
    public var unreferenced: Int
    /// Their keys; the first hundred.
    public var unreferencedObjects: [String]
}

/// Something that is not as it was written.
public struct LakeProblem: Sendable, Codable, Equatable {
    /// What is wrong.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// A commit, the format file or a state that a commit makes.
        case log
        case checkpoint
        /// A data file that is not there.
        case missing
        /// A data file with another size, digest or number of rows than the log says.
        case damaged
        /// An index generation that is not as its manifest says.
        case generation
        /// A line or a segment of a journal that was altered or is missing.
        case journal
    }

    public var kind: Kind
    /// The key of the object, or the folder of the generation.
    public var object: String?
    /// The dataset's, the index's or the journal's name.
    public var subject: String?
    /// What is wrong with it, in a sentence.
    public var detail: String
}

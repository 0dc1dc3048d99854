public import LakeCatalog

/// What is to be said of a dataset from here on; the rest stays as it is.
public struct DatasetPatch: Sendable, Encodable {
    /// What becomes of a field.
    public enum Change<Value: Sendable & Encodable>: Sendable, Encodable {
        case kept
        case removed
        case set(Value)

        func applied(to value: inout Value?) {
            switch self {
            case .kept: break
            case .removed: value = nil
            case .set(let new): value = new
            }
        }
    }

    /// What is to be said of a column.
    public struct Column: Sendable, Encodable {
        public var description: Change<String>
        /// Removed: what was found in the values is a proposal again.
        public var sensitivity: Change<Sensitivity>

        public init(description: Change<String> = .kept, sensitivity: Change<Sensitivity> = .kept) {
            self.description = description
            self.sensitivity = sensitivity
        }
    }

    public var description = Change<String>.kept
    public var owner = Change<String>.kept
    public var licence = Change<String>.kept
    public var tags: [String]?
    public var links: [DatasetCard.Link]?
    public var deleteProtection: Bool?
    public var freshWithinSeconds = Change<Int>.kept
    /// The name of the column.
    public var eventTimeColumn = Change<String>.kept
    /// By the columns' names.
    public var columns: [String: Column] = [:]

    public init() {}
}

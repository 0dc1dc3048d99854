/// Where the lake's data comes from and what is made of it.
public struct Lineage: Sendable, Codable, Equatable {
    /// The lake version that was read.
    public var version: Int
    public var nodes: [Node]
    public var edges: [Edge]

    /// A thing that data comes from, passes or ends in.
    public struct Node: Sendable, Codable, Equatable {
        /// What a node is, in the order in which data passes them.
        public enum Kind: String, Sendable, Codable, CaseIterable {
            case source, ingest, dataset, build, index
        }

        public var id: String
        public var kind: Kind
        public var name: String
        /// The lake version that brought or last changed it.
        public var version: Int?
        /// When that was.
        public var at: String?
        /// Of a dataset: how many sources it has, those that are not among the nodes too.
        public var sources: Int?
    }

    /// That data of one node is in another.
    public struct Edge: Sendable, Codable, Equatable {
        public var from: String
        public var to: String
        /// Which columns become which; empty where all pass as they are.
        public var columns: [ColumnPair]
    }

    /// A column at both ends of an edge.
    public struct ColumnPair: Sendable, Codable, Equatable {
        public var from: String
        public var to: String
    }
}

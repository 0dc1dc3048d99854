/// Who is asking; every use case takes one.
public struct Principal: Hashable, Sendable {
    /// Stable; written into the log as the actor.
    public var name: String
    /// What the caller may do at the coarsest.
    public var role: Role

    /// The built-in roles.
    public enum Role: String, Sendable, Codable, CaseIterable, Comparable {
        /// Reads datasets, searches, asks.
        case reader
        /// Also ingests, indexes and drops.
        case writer
        /// Also manages keys.
        case admin

        private var rank: Int {
            switch self {
            case .reader: 0
            case .writer: 1
            case .admin: 2
            }
        }

        public static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }
    }

    public init(name: String, role: Role) {
        self.name = name
        self.role = role
    }

    /// The caller of a server that binds to loopback only and has no keys: the user of this machine.
    public static let local = Principal(name: "local", role: .admin)
}

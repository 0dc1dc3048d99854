public import LakeStorage

/// Where the objects of a lake or of a copy of it are: the primary bucket, and others by name.
public struct LakePlaces: Sendable {
    public var primary: any ObjectStore
    public var others: [String: any ObjectStore]

    public init(_ primary: any ObjectStore, others: [String: any ObjectStore] = [:]) {
        self.primary = primary
        self.others = others
    }

    /// The bucket that holds what the log says is in a bucket: the primary one has what is in none of the others.
    func store(_ bucket: String?) -> any ObjectStore { bucket.flatMap { others[$0] } ?? primary }

    /// Tells the buckets apart: nil for the primary one.
    func name(_ bucket: String?) -> String? { bucket.flatMap { others[$0] == nil ? nil : $0 } }
}

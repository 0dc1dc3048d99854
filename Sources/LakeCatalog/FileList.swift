/// The files of a dataset, in order; a copy shares all but what is changed in it.
///
/// Every append makes a state of which somebody holds the one before: an array would copy all files then, this copies a few dozen.
public struct FileList: Sendable {
    private static let partLength = 32

    /// All full but the last.
    private var parts: [[DataFile]] = []
    public private(set) var count = 0

    public init() {}

    public init(_ files: some Sequence<DataFile>) { append(contentsOf: files) }

    /// Adds files after the others.
    ///
    /// Cost: O(new files), and O(n) with a factor of one in several hundred.
    public mutating func append(contentsOf files: some Sequence<DataFile>) {
        for file in files {
            if parts.last.map({ $0.count == Self.partLength }) ?? true { parts.append([]) }
            parts[parts.count - 1].append(file)
            count += 1
        }
    }
}

extension FileList: RandomAccessCollection, MutableCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { count }

    public subscript(index: Int) -> DataFile {
        get { parts[index / Self.partLength][index % Self.partLength] }
        set { parts[index / Self.partLength][index % Self.partLength] = newValue }
    }
}

extension FileList: ExpressibleByArrayLiteral {
    public init(arrayLiteral files: DataFile...) { self.init(files) }
}

extension FileList: Hashable {
    public static func == (a: FileList, b: FileList) -> Bool { a.parts == b.parts }

    public func hash(into hasher: inout Hasher) { hasher.combine(parts) }
}

extension FileList: Codable {
    public init(from decoder: any Decoder) throws { self.init(try [DataFile](from: decoder)) }

    public func encode(to encoder: any Encoder) throws { try Array(self).encode(to: encoder) }
}

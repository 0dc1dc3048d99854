/// The kinds of JSON values.
struct JSONKinds: OptionSet, Hashable, Sendable {
    let rawValue: UInt16

    static let boolean = JSONKinds(rawValue: 1)
    /// That a double holds as well.
    static let integer = JSONKinds(rawValue: 2)
    /// Of 64 bits, but not in a double.
    static let wideInteger = JSONKinds(rawValue: 4)
    static let double = JSONKinds(rawValue: 8)
    /// That neither holds.
    static let hugeNumber = JSONKinds(rawValue: 16)
    static let string = JSONKinds(rawValue: 32)
    static let object = JSONKinds(rawValue: 64)
    static let array = JSONKinds(rawValue: 128)
}

/// What stands at one path of all records: the kinds of values, the keys of objects, the elements of arrays.
final class JSONNode {
    /// One key of the objects here.
    struct Field {
        /// UTF-8, escapes undone.
        var key: [UInt8]
        var node: JSONNode
        /// The last object that had it.
        var lastObject: Int
    }

    /// Nulls leave no trace.
    var kinds: JSONKinds = []
    /// What every string here could be.
    var textKinds = TextKinds.all
    /// In the order in which they first came.
    var fields: [Field] = []
    var element: JSONNode?
    /// Whether there are more keys than a type can sensibly have.
    private(set) var isCrowded = false
    private var places: [[UInt8]: Int] = [:]

    /// The most keys at a path below the top; beyond it the objects are kept as text.
    static let keyLimit = 1_000

    /// The place of `key` among the fields; nil when it is new and there is no room for it.
    ///
    /// `guess` is where it is when this object is like the last one; `limit` the most keys; `isNew` is set when it was
    /// added.
    func place(of key: JSONCursor.Text, guess: Int, limit: Int, isNew: inout Bool) -> Int? {
        if guess < fields.count, !key.hasEscapes, fields[guess].key.elementsEqual(key.bytes) { return guess }
        if isCrowded { return nil }
        let bytes = key.decoded
        if let place = places[bytes] { return place }
        guard fields.count < limit else {
            isCrowded = true
            fields = []
            places = [:]
            return nil
        }
        places[bytes] = fields.count
        fields.append(Field(key: bytes, node: JSONNode(), lastObject: 0))
        isNew = true
        return fields.count - 1
    }
}

/// Learns from every record what its values are.
struct JSONGauge: JSONSink {
    let root = JSONNode()
    private var objects = 0
    private var nodes = 0

    /// Nested this deep, a value is refused.
    static let depthLimit = 64
    /// Keys at the top.
    static let columnLimit = 10_000
    /// Keys at all paths together.
    static let nodeLimit = 50_000

    mutating func record(_ cursor: inout JSONCursor) throws(JSONFault) {
        try object(&cursor, root, depth: 1)
    }

    /// Reads any value as if it stood at the top.
    mutating func value(_ cursor: inout JSONCursor) throws(JSONFault) {
        try value(&cursor, root, depth: 0)
    }

    private mutating func value(_ cursor: inout JSONCursor, _ node: JSONNode, depth: Int) throws(JSONFault) {
        switch try cursor.peek() {
        case 0x7B: try object(&cursor, node, depth: depth + 1)
        case 0x5B: try array(&cursor, node, depth: depth + 1)
        case 0x22:
            let text = try cursor.string()
            node.kinds.insert(.string)
            if !node.textKinds.isEmpty {
                node.textKinds.formIntersection(TextKinds(rawValue: TypeClassifier.mask(of: text.bytes)))
            }
        case 0x74:
            try cursor.word("true")
            node.kinds.insert(.boolean)
        case 0x66:
            try cursor.word("false")
            node.kinds.insert(.boolean)
        case 0x6E: try cursor.word("null")
        case 0x2D, 0x30...0x39:
            let kinds = TextKinds(rawValue: TypeClassifier.mask(of: try cursor.number()))
            let isDouble = kinds.contains(.double)
            node.kinds.insert(
                kinds.contains(.integer) ? isDouble ? .integer : .wideInteger : isDouble ? .double : .hugeNumber
            )
        default: throw .invalid("there is something that is not JSON", place: cursor.place)
        }
    }

    private mutating func object(_ cursor: inout JSONCursor, _ node: JSONNode, depth: Int) throws(JSONFault) {
        try checkDepth(cursor, depth)
        node.kinds.insert(.object)
        cursor.step()
        cursor.skipSpace()
        if try cursor.peek() == 0x7D { return cursor.step() }
        objects += 1
        let object = objects
        var guess = 0
        while true {
            cursor.skipSpace()
            let place = cursor.place
            guard try cursor.peek() == 0x22 else { throw .invalid("a key in quotes is missing", place: place) }
            let key = try cursor.string()
            try cursor.expect(0x3A, "a colon")
            cursor.skipSpace()
            let field = try field(key, at: place, guess, of: node, depth)
            if let field {
                guess = field + 1
                guard node.fields[field].lastObject != object else {
                    throw .invalid("an object has the key '\(name(key))' twice", place: place)
                }
                node.fields[field].lastObject = object
            }
            try value(&cursor, field.map { node.fields[$0].node } ?? JSONNode(), depth: depth)
            cursor.skipSpace()
            switch try cursor.peek() {
            case 0x2C: cursor.step()
            case 0x7D: return cursor.step()
            default: throw .invalid("a comma is missing in an object", place: cursor.place)
            }
        }
    }

    private mutating func field(
        _ key: JSONCursor.Text,
        at place: Int,
        _ guess: Int,
        of node: JSONNode,
        _ depth: Int
    ) throws(JSONFault) -> Int? {
        let isTop = depth == 1
        var isNew = false
        let limit = isTop ? Self.columnLimit : JSONNode.keyLimit
        let field = node.place(of: key, guess: guess, limit: limit, isNew: &isNew)
        if isTop, field == nil { throw .invalid("there are more than \(limit) different keys", place: place) }
        if isNew { nodes += 1 }
        guard nodes <= Self.nodeLimit else {
            throw .invalid("there are more than \(Self.nodeLimit) different keys", place: place)
        }
        return field
    }

    private mutating func array(_ cursor: inout JSONCursor, _ node: JSONNode, depth: Int) throws(JSONFault) {
        try checkDepth(cursor, depth)
        node.kinds.insert(.array)
        cursor.step()
        cursor.skipSpace()
        if try cursor.peek() == 0x5D { return cursor.step() }
        let element = node.element ?? JSONNode()
        node.element = element
        while true {
            cursor.skipSpace()
            try value(&cursor, element, depth: depth)
            cursor.skipSpace()
            switch try cursor.peek() {
            case 0x2C: cursor.step()
            case 0x5D: return cursor.step()
            default: throw .invalid("a comma is missing in an array", place: cursor.place)
            }
        }
    }

    private func checkDepth(_ cursor: JSONCursor, _ depth: Int) throws(JSONFault) {
        guard depth <= Self.depthLimit else {
            throw .invalid("values are nested more than \(Self.depthLimit) levels deep", place: cursor.place)
        }
    }

    private func name(_ key: JSONCursor.Text) -> String { String(decoding: key.decoded.prefix(60), as: UTF8.self) }
}

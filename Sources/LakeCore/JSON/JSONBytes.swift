/// Writes values that are kept as JSON (RFC 8259): on one line, the names of an object sorted, slashes as they are.
///
/// Everything the log and the journals hold goes through here, so it appends to one buffer and builds no tree.
public enum JSONBytes {
    /// The JSON of a value, in UTF-8.
    ///
    /// A value that writes nothing is an empty object.
    ///
    /// - Throws: `EncodingError.invalidValue` for a number that JSON does not have, and what the value itself throws. Where it
    ///   stands in the value is not said.
    public static func encode(_ value: some Encodable) throws -> [UInt8] {
        let sink = Sink()
        try sink.write(value)
        return sink.bytes
    }
}

/// The text so far, and the objects and arrays in it that are not closed yet.
///
/// Nothing says when a container is finished: it is once one further out is written to, or the value it was made for has
/// returned.
private final class Sink {
    var bytes: [UInt8] = []
    private var open: [Container] = []
    /// Of all open objects, those of the innermost last.
    private var members: [Member] = []

    struct Container {
        /// Where its bracket is.
        var start: Int
        /// Nil for an array.
        var firstMember: Int?
        var count = 0
        var isSorted = true
    }

    /// A name of an object, and where it begins in the text.
    struct Member {
        var name: String
        var start: Int
    }

    var depth: Int { open.count }

    func count(at depth: Int) -> Int { open[depth - 1].count }

    func write(_ value: some Encodable) throws {
        let (depth, start) = (open.count, bytes.count)
        try value.encode(to: Encoding(sink: self, depth: depth))
        close(to: depth)
        if bytes.count == start { bytes += "{}".utf8 }
    }

    /// The depth of a container for the value at a depth; the one it has already, should it ask again.
    func begin(object isObject: Bool, within depth: Int) -> Int {
        if open.count > depth {
            close(to: depth + 1)
            return depth + 1
        }
        open.append(Container(start: bytes.count, firstMember: isObject ? members.count : nil))
        bytes.append(UInt8(ascii: isObject ? "{" : "["))
        return open.count
    }

    /// Begins the next value of the object at a depth.
    func name(_ name: String, at depth: Int) {
        close(to: depth)
        if open[depth - 1].count > 0 {
            bytes.append(UInt8(ascii: ","))
            if name < members[members.count - 1].name { open[depth - 1].isSorted = false }
        }
        open[depth - 1].count += 1
        members.append(Member(name: name, start: bytes.count))
        JSONString.append(name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
    }

    /// Begins the next value of the array at a depth.
    func item(at depth: Int) {
        close(to: depth)
        if open[depth - 1].count > 0 { bytes.append(UInt8(ascii: ",")) }
        open[depth - 1].count += 1
    }

    func close(to depth: Int) {
        while open.count > depth {
            let container = open.removeLast()
            if let first = container.firstMember {
                if !container.isSorted { sort(first) }
                members.removeSubrange(first...)
            }
            bytes.append(UInt8(ascii: container.firstMember == nil ? "]" : "}"))
        }
    }

    /// Puts the members of the innermost object, from `first`, in order.
    private func sort(_ first: Int) {
        let begin = members[first].start
        var ranges: [(name: String, range: Range<Int>)] = []
        for place in first..<members.count {
            let end = place + 1 < members.count ? members[place + 1].start - 1 : bytes.count
            ranges.append((members[place].name, members[place].start..<end))
        }
        ranges.sort { $0.name < $1.name }
        var sorted: [UInt8] = []
        sorted.reserveCapacity(bytes.count - begin)
        for (place, member) in ranges.enumerated() {
            if place > 0 { sorted.append(UInt8(ascii: ",")) }
            sorted += bytes[member.range]
        }
        bytes.replaceSubrange(begin..., with: sorted)
    }

    // MARK: Values

    func append(_ value: Bool) { bytes += (value ? "true" : "false").utf8 }

    func append(_ value: some BinaryInteger) { bytes += String(value).utf8 }

    func append(_ value: some BinaryFloatingPoint & LosslessStringConvertible) throws {
        guard value.isFinite else {
            throw EncodingError.invalidValue(
                value,
                EncodingError.Context(codingPath: [], debugDescription: "JSON has no such number")
            )
        }
        let text = value.description
        bytes += (text.hasSuffix(".0") ? text.dropLast(2) : Substring(text)).utf8
    }

    func appendNull() { bytes += "null".utf8 }
}

/// What a value is handed to write itself to.
private struct Encoding: Encoder {
    let sink: Sink
    /// How many containers are around the value.
    let depth: Int

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(ObjectEncoding(sink: sink, depth: sink.begin(object: true, within: depth)))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        ArrayEncoding(sink: sink, depth: sink.begin(object: false, within: depth))
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { ScalarEncoding(sink: sink) }
}

private struct ObjectEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let sink: Sink
    let depth: Int

    var codingPath: [any CodingKey] { [] }

    private func at(_ key: some CodingKey) -> Sink {
        sink.name(key.stringValue, at: depth)
        return sink
    }

    func encodeNil(forKey key: Key) { at(key).appendNull() }
    func encode(_ value: Bool, forKey key: Key) { at(key).append(value) }
    func encode(_ value: String, forKey key: Key) { JSONString.append(value, to: &at(key).bytes) }
    func encode(_ value: Double, forKey key: Key) throws { try at(key).append(value) }
    func encode(_ value: Float, forKey key: Key) throws { try at(key).append(value) }
    func encode(_ value: Int, forKey key: Key) { at(key).append(value) }
    func encode(_ value: Int8, forKey key: Key) { at(key).append(value) }
    func encode(_ value: Int16, forKey key: Key) { at(key).append(value) }
    func encode(_ value: Int32, forKey key: Key) { at(key).append(value) }
    func encode(_ value: Int64, forKey key: Key) { at(key).append(value) }
    func encode(_ value: UInt, forKey key: Key) { at(key).append(value) }
    func encode(_ value: UInt8, forKey key: Key) { at(key).append(value) }
    func encode(_ value: UInt16, forKey key: Key) { at(key).append(value) }
    func encode(_ value: UInt32, forKey key: Key) { at(key).append(value) }
    func encode(_ value: UInt64, forKey key: Key) { at(key).append(value) }
    func encode(_ value: some Encodable, forKey key: Key) throws { try at(key).write(value) }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        Encoding(sink: at(key), depth: depth).container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        Encoding(sink: at(key), depth: depth).unkeyedContainer()
    }

    func superEncoder() -> any Encoder {
        sink.name("super", at: depth)
        return Encoding(sink: sink, depth: depth)
    }

    func superEncoder(forKey key: Key) -> any Encoder { Encoding(sink: at(key), depth: depth) }
}

private struct ArrayEncoding: UnkeyedEncodingContainer {
    let sink: Sink
    let depth: Int

    var codingPath: [any CodingKey] { [] }
    var count: Int { sink.count(at: depth) }

    private func next() -> Sink {
        sink.item(at: depth)
        return sink
    }

    func encodeNil() { next().appendNull() }
    func encode(_ value: Bool) { next().append(value) }
    func encode(_ value: String) { JSONString.append(value, to: &next().bytes) }
    func encode(_ value: Double) throws { try next().append(value) }
    func encode(_ value: Float) throws { try next().append(value) }
    func encode(_ value: Int) { next().append(value) }
    func encode(_ value: Int8) { next().append(value) }
    func encode(_ value: Int16) { next().append(value) }
    func encode(_ value: Int32) { next().append(value) }
    func encode(_ value: Int64) { next().append(value) }
    func encode(_ value: UInt) { next().append(value) }
    func encode(_ value: UInt8) { next().append(value) }
    func encode(_ value: UInt16) { next().append(value) }
    func encode(_ value: UInt32) { next().append(value) }
    func encode(_ value: UInt64) { next().append(value) }
    func encode(_ value: some Encodable) throws { try next().write(value) }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type
    ) -> KeyedEncodingContainer<NestedKey> {
        Encoding(sink: next(), depth: depth).container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        Encoding(sink: next(), depth: depth).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { Encoding(sink: next(), depth: depth) }
}

private struct ScalarEncoding: SingleValueEncodingContainer {
    let sink: Sink

    var codingPath: [any CodingKey] { [] }

    func encodeNil() { sink.appendNull() }
    func encode(_ value: Bool) { sink.append(value) }
    func encode(_ value: String) { JSONString.append(value, to: &sink.bytes) }
    func encode(_ value: Double) throws { try sink.append(value) }
    func encode(_ value: Float) throws { try sink.append(value) }
    func encode(_ value: Int) { sink.append(value) }
    func encode(_ value: Int8) { sink.append(value) }
    func encode(_ value: Int16) { sink.append(value) }
    func encode(_ value: Int32) { sink.append(value) }
    func encode(_ value: Int64) { sink.append(value) }
    func encode(_ value: UInt) { sink.append(value) }
    func encode(_ value: UInt8) { sink.append(value) }
    func encode(_ value: UInt16) { sink.append(value) }
    func encode(_ value: UInt32) { sink.append(value) }
    func encode(_ value: UInt64) { sink.append(value) }
    func encode(_ value: some Encodable) throws { try sink.write(value) }
}

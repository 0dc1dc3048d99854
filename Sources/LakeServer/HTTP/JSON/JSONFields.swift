import LakeCore

/// The fields of a JSON object, each asked for by name and type; what is wrong with one is said with its name.
///
/// A field that is null counts as absent.
struct JSONFields {
    private let values: [String: JSONValue]
    /// Stands before names in messages: `chunk.`.
    private let prefix: String

    /// The fields of `value`.
    ///
    /// - Parameters:
    ///   - value: Must be an object with no other fields than `allowed`.
    ///   - allowed: The names there are.
    ///   - parent: The name of the field `value` stands in; nil for the body itself.
    /// - Throws: `ServerError.invalidField`, `ServerError.unknownField`.
    init(_ value: JSONValue, allowed: [String], in parent: String? = nil) throws(ServerError) {
        prefix = parent.map { $0 + "." } ?? ""
        guard case .object(let members) = value else {
            throw .invalidField(name: parent ?? "body", reason: "must be an object, not \(value.kindInWords)")
        }
        if let unknown = members.first(where: { !allowed.contains($0.name) }) {
            let nearest = nearestNames(to: unknown.name, in: allowed).map { [prefix] in prefix + $0 }
            throw .unknownField(name: prefix + unknown.name.prefix(64), nearest: nearest, allowed: allowed)
        }
        values = Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.value) })
    }

    /// The value of a field; nil when it is absent or null.
    subscript(name: String) -> JSONValue? {
        guard let value = values[name], value != .null else { return nil }
        return value
    }

    /// Whether a field is there, also as null.
    func isGiven(_ name: String) -> Bool { values[name] != nil }

    func optionalString(_ name: String) throws(ServerError) -> String? {
        guard let value = self[name] else { return nil }
        guard case .string(let text) = value else { throw wrong(name, "must be a string", value) }
        return text
    }

    func string(_ name: String) throws(ServerError) -> String {
        guard let text = try optionalString(name) else { throw .missingField(name: prefix + name) }
        return text
    }

    func optionalInteger(_ name: String) throws(ServerError) -> Int? {
        guard let value = self[name] else { return nil }
        guard case .number(let digits) = value, let number = Int(digits) else {
            throw wrong(name, "must be a whole number within 64 bits", value)
        }
        return number
    }

    func integer(_ name: String) throws(ServerError) -> Int {
        guard let number = try optionalInteger(name) else { throw .missingField(name: prefix + name) }
        return number
    }

    func optionalBoolean(_ name: String) throws(ServerError) -> Bool? {
        guard let value = self[name] else { return nil }
        guard case .boolean(let flag) = value else { throw wrong(name, "must be true or false", value) }
        return flag
    }

    func boolean(_ name: String) throws(ServerError) -> Bool {
        guard let flag = try optionalBoolean(name) else { throw .missingField(name: prefix + name) }
        return flag
    }

    /// One of the cases of `Choice`, by its raw value.
    func optionalChoice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String,
        of type: Choice.Type = Choice.self
    ) throws(ServerError) -> Choice? {
        guard let text = try optionalString(name) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            throw .invalidField(name: prefix + name, reason: .mustBeOne(of: Choice.self, not: text))
        }
        return choice
    }

    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String,
        of type: Choice.Type = Choice.self
    ) throws(ServerError) -> Choice {
        guard let choice = try optionalChoice(name, of: type) else { throw .missingField(name: prefix + name) }
        return choice
    }

    /// An object whose members are all texts.
    func texts(_ name: String) throws(ServerError) -> [String: String] {
        guard let value = self[name] else { throw .missingField(name: prefix + name) }
        guard case .object(let members) = value else { throw wrong(name, "must be an object of strings", value) }
        var texts: [String: String] = [:]
        for member in members {
            guard case .string(let text) = member.value else {
                throw wrong("\(name).\(member.name)", "must be a string", member.value)
            }
            texts[member.name] = text
        }
        return texts
    }

    func strings(_ name: String) throws(ServerError) -> [String] {
        guard let value = self[name] else { throw .missingField(name: prefix + name) }
        guard case .array(let items) = value else { throw wrong(name, "must be an array of strings", value) }
        var strings: [String] = []
        for (number, item) in items.enumerated() {
            guard case .string(let text) = item else { throw wrong("\(name)[\(number)]", "must be a string", item) }
            strings.append(text)
        }
        return strings
    }

    /// The numbers of an array; each must be finite as a `Float`.
    func optionalFloats(_ name: String) throws(ServerError) -> [Float]? {
        guard let value = self[name] else { return nil }
        guard case .array(let items) = value else { throw wrong(name, "must be an array of numbers", value) }
        var floats: [Float] = []
        floats.reserveCapacity(items.count)
        for (number, item) in items.enumerated() {
            guard case .number(let digits) = item, let float = Float(digits), float.isFinite else {
                throw wrong("\(name)[\(number)]", "must be a number a 32-bit float can hold", item)
            }
            floats.append(float)
        }
        return floats
    }

    /// The fields of the object in the field `name`.
    func optionalFields(_ name: String, allowed: [String]) throws(ServerError) -> JSONFields? {
        guard let value = self[name] else { return nil }
        return try JSONFields(value, allowed: allowed, in: prefix + name)
    }

    /// The members of the object in the field `name`, each an object itself; none when it is absent.
    func members(_ name: String, allowed: [String]) throws(ServerError) -> [(String, JSONFields)] {
        guard let value = self[name] else { return [] }
        guard case .object(let members) = value else { throw wrong(name, "must be an object of objects", value) }
        var found: [(String, JSONFields)] = []
        for member in members {
            found.append(
                (member.name, try JSONFields(member.value, allowed: allowed, in: "\(prefix)\(name).\(member.name)"))
            )
        }
        return found
    }

    /// The fields of each object in the array in the field `name`.
    func objects(_ name: String, allowed: [String]) throws(ServerError) -> [JSONFields] {
        guard let value = self[name] else { throw .missingField(name: prefix + name) }
        guard case .array(let items) = value else { throw wrong(name, "must be an array of objects", value) }
        var objects: [JSONFields] = []
        for (number, item) in items.enumerated() {
            objects.append(try JSONFields(item, allowed: allowed, in: "\(prefix)\(name)[\(number)]"))
        }
        return objects
    }

    private func wrong(_ name: String, _ rule: String, _ value: JSONValue) -> ServerError {
        let given = if case .number(let digits) = value { String(digits.prefix(40)) } else { value.kindInWords }
        return .invalidField(name: prefix + name, reason: "\(rule), not \(given)")
    }
}

extension JSONValue {
    /// What this is, in words: "a string".
    var kindInWords: String {
        switch self {
        case .null: "null"
        case .boolean: "true or false"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension String {
    /// What is wrong with `given`, which is none of the raw values of `Choice`.
    static func mustBeOne<Choice: RawRepresentable<String> & CaseIterable>(
        of type: Choice.Type,
        not given: String
    ) -> String {
        let names = Choice.allCases.map(\.rawValue)
        return "must be \(names.joined(separator: ", ")), not '\(given.prefix(64))'"
    }
}

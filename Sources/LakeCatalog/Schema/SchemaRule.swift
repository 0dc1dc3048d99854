public import LakeCore

/// One change of a dataset's columns, as a person asks for it.
public enum SchemaRule: Hashable, Sendable {
    /// A column after the others; rows so far have `fallback` in it, or NULL.
    case add(name: String, type: String, nullable: Bool, fallback: String?)
    case drop(name: String)
    case rename(name: String, to: String)
    /// Values stay what they are; as text only when that is asked for, as here.
    case widen(name: String, to: String)
    /// Whether rows may have no value.
    case setNullable(name: String, Bool)
    /// What rows get that come without the column; nil: NULL.
    case setFallback(name: String, String?)
}

/// Why a rule cannot be applied.
public struct SchemaRuleProblem: Error, Equatable {
    /// Which of the rules, from 0.
    public var place: Int
    public var reason: String
}

extension Schema {
    /// The columns after some rules, one after the other.
    ///
    /// - Parameters:
    ///   - rules: In order.
    ///   - nextFieldID: The first field id that no column has or had.
    /// - Returns: The columns; whether their values allow it is for the caller to find out.
    /// - Throws: Which rule cannot be applied, and why.
    public func applying(_ rules: [SchemaRule], nextFieldID: Int) throws(SchemaRuleProblem) -> Schema {
        var schema = self
        var next = nextFieldID
        for (place, rule) in rules.enumerated() {
            if let reason = schema.apply(rule, &next) { throw SchemaRuleProblem(place: place, reason: reason) }
        }
        guard !schema.columns.isEmpty else {
            throw SchemaRuleProblem(place: rules.count - 1, reason: "leaves no column")
        }
        return schema
    }

    /// Nil, or why not.
    private mutating func apply(_ rule: SchemaRule, _ next: inout Int) -> String? {
        switch rule {
        case .add(let name, let type, let nullable, let fallback):
            if let reason = isFree(name) { return reason }
            if !nullable, fallback == nil { return "needs a default for the rows that are there, or to be nullable" }
            columns.append(Column(name: name, type: type, fieldID: next, nullable: nullable, fallback: fallback))
            next += 1
        case .drop(let name):
            guard let place = place(of: name) else { return missing(name) }
            columns.remove(at: place)
        case .rename(let name, let new):
            guard let place = place(of: name) else { return missing(name) }
            if new == columns[place].name { return "names the column as it is named" }
            if new.lowercased() != name.lowercased(), let reason = isFree(new) { return reason }
            columns[place].name = new
        case .widen(let name, let type):
            guard let place = place(of: name) else { return missing(name) }
            let old = columns[place].type
            if old == type { return "gives '\(name)' the type it has" }
            if case .never = TypeWidening(from: old, to: type) {
                return "cannot make \(type) of \(old) without changing values"
            }
            columns[place].type = type
        case .setNullable(let name, let nullable):
            guard let place = place(of: name) else { return missing(name) }
            columns[place].nullable = nullable
        case .setFallback(let name, let fallback):
            guard let place = place(of: name) else { return missing(name) }
            columns[place].fallback = fallback
        }
        return nil
    }

    private func place(of name: String) -> Int? {
        columns.firstIndex { $0.name.lowercased() == name.lowercased() }
    }

    private func isFree(_ name: String) -> String? {
        if name.isEmpty || name.utf8.count > 255 { return "needs a name of 1 to 255 bytes" }
        if name.contains(where: { $0.isNewline || $0 == "\0" }) { return "has a name with a control character" }
        return column(named: name) == nil ? nil : "names a column that is there: '\(name)'"
    }

    private func missing(_ name: String) -> String {
        let nearest = nearestNames(to: name, in: columns.map(\.name)).first.map { "; did you mean '\($0)'?" } ?? ""
        return "names no column: '\(name)'\(nearest)"
    }
}

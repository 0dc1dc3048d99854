import CDuckDB
import Foundation
import LakeCore

/// Gives a prepared statement its values.
enum ParameterBinding {
    /// Binds every placeholder exactly once, or says which does not fit.
    static func bind(_ parameters: Parameters, to statement: duckdb_prepared_statement) throws(SQLError) {
        let names = (0..<duckdb_nparams(statement)).map { index -> String in
            guard let name = duckdb_parameter_name(statement, index + 1) else { return "" }
            defer { duckdb_free(UnsafeMutableRawPointer(mutating: name)) }
            return String(cString: name)
        }
        for (index, value) in try ordered(parameters, names: names).enumerated() {
            var owned: duckdb_value? = Self.value(value)
            defer { duckdb_destroy_value(&owned) }
            guard owned != nil, duckdb_bind_value(statement, idx_t(index + 1), owned) == DuckDBSuccess else {
                throw .parameters("The parameter \(label(names[index])) has no value that the engine can take.")
            }
        }
    }

    /// The values in the order of the placeholders `names`.
    static func ordered(_ parameters: Parameters, names: [String]) throws(SQLError) -> [SQLValue] {
        switch parameters {
        case .none:
            guard let first = names.first else { return [] }
            throw .parameters("The statement has the placeholder \(label(first)), but no parameters were given.")
        case .positional(let values):
            let named = names.filter { Int($0) == nil }
            if let name = named.first {
                throw .parameters("The placeholder $\(name) is named: give the parameters as an object with that name.")
            }
            let needed = names.compactMap { Int($0) }.max() ?? 0
            guard values.count == needed else {
                throw .parameters("The statement takes \(needed) parameters, but \(values.count) were given.")
            }
            return names.compactMap { Int($0) }.map { values[$0 - 1] }
        case .named(let values):
            if let extra = values.keys.filter({ !names.contains($0) }).min() {
                throw .parameters("The statement has no placeholder $\(extra).")
            }
            var ordered: [SQLValue] = []
            for name in names {
                guard let value = values[name] else {
                    throw .parameters("The placeholder \(label(name)) has no value in the parameters.")
                }
                ordered.append(value)
            }
            return ordered
        }
    }

    private static func label(_ name: String) -> String { "$\(name)" }

    /// The same value in the library's form; the caller destroys it.
    ///
    /// Nil when it has none.
    private static func value(_ value: SQLValue, inList: Bool = false) -> duckdb_value? {
        switch value {
        case .null: duckdb_create_null_value()
        case .boolean(let value): duckdb_create_bool(value)
        case .integer(let value): integer(value, inList: inList)
        case .bigInteger(let digits): bigInteger(digits)
        case .double(let value): duckdb_create_double(value)
        case .decimal(let text): decimal(text)
        case .text(let text), .formatted(let text): varchar(text)
        case .blob(let bytes): blob(bytes)
        case .list(let values): list(values)
        case .record(let fields): record(fields)
        case .map(let entries): map(entries)
        }
    }

    /// INTEGER when it fits, as a literal in the text would be; BIGINT in a list, whose elements are of one type.
    private static func integer(_ value: Int64, inList: Bool) -> duckdb_value? {
        if !inList, let small = Int32(exactly: value) { return duckdb_create_int32(small) }
        return duckdb_create_int64(value)
    }

    private static func bigInteger(_ digits: String) -> duckdb_value? {
        if let value = Int128(digits) { return duckdb_create_hugeint(hugeint(value)) }
        guard let value = UInt128(digits) else { return nil }
        return duckdb_create_uhugeint(
            duckdb_uhugeint(
                lower: UInt64(truncatingIfNeeded: value),
                upper: UInt64(truncatingIfNeeded: value >> 64)
            )
        )
    }

    private static func hugeint(_ value: Int128) -> duckdb_hugeint {
        duckdb_hugeint(lower: UInt64(truncatingIfNeeded: value), upper: Int64(truncatingIfNeeded: value >> 64))
    }

    /// DECIMAL of exactly the digits that are written.
    private static func decimal(_ text: String) -> duckdb_value? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? String(parts[1]) : ""
        let whole = parts[0].drop { $0 == "-" || $0 == "+" }.drop { $0 == "0" }
        let width = max(whole.count + fraction.count, 1)
        guard width <= 38, let unscaled = Int128(String(parts[0]) + fraction) else { return nil }
        return duckdb_create_decimal(
            duckdb_decimal(width: UInt8(width), scale: UInt8(fraction.count), value: hugeint(unscaled))
        )
    }

    private static func varchar(_ text: String) -> duckdb_value? {
        var text = text
        return text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { duckdb_create_varchar_length($0.baseAddress, idx_t($0.count)) }
        }
    }

    private static func blob(_ bytes: [UInt8]) -> duckdb_value? {
        // The library takes no null pointer, not even for no bytes.
        (bytes + [0]).withUnsafeBufferPointer { duckdb_create_blob($0.baseAddress, idx_t(bytes.count)) }
    }

    private static func list(_ values: [SQLValue]) -> duckdb_value? {
        let hasDouble = values.contains { if case .double = $0 { true } else { false } }
        var elements: [duckdb_value?] = values.map { element in
            if hasDouble, case .integer(let integer) = element { return duckdb_create_double(Double(integer)) }
            return value(element, inList: true)
        }
        defer { destroy(&elements) }
        var type = elementType(elements)
        defer { duckdb_destroy_logical_type(&type) }
        // The library wants a place to read from even when there is nothing to read.
        if elements.isEmpty { elements.append(nil) }
        return duckdb_create_list_value(type, &elements, idx_t(values.count))
    }

    private static func record(_ fields: [(String, SQLValue)]) -> duckdb_value? {
        var members = fields.map { value($0.1) }
        defer { destroy(&members) }
        guard !fields.isEmpty, !members.contains(where: { $0 == nil }) else { return nil }
        // A value's type belongs to the value.
        var types: [duckdb_logical_type?] = members.map { duckdb_get_value_type($0) }
        var names = fields.map { UnsafePointer<CChar>(strdup($0.0)) }
        defer { for name in names { free(UnsafeMutableRawPointer(mutating: name)) } }
        var type = duckdb_create_struct_type(&types, &names, idx_t(fields.count))
        defer { duckdb_destroy_logical_type(&type) }
        return duckdb_create_struct_value(type, &members)
    }

    private static func map(_ entries: [(SQLValue, SQLValue)]) -> duckdb_value? {
        var keys = entries.map { value($0.0, inList: true) }
        defer { destroy(&keys) }
        var values = entries.map { value($0.1, inList: true) }
        defer { destroy(&values) }
        var keyType = elementType(keys)
        defer { duckdb_destroy_logical_type(&keyType) }
        var valueType = elementType(values)
        defer { duckdb_destroy_logical_type(&valueType) }
        var type = duckdb_create_map_type(keyType, valueType)
        defer { duckdb_destroy_logical_type(&type) }
        if entries.isEmpty {
            keys.append(nil)
            values.append(nil)
        }
        return duckdb_create_map_value(type, &keys, &values, idx_t(entries.count))
    }

    /// A copy of the type of the first element that has one; the library casts the others to it.
    private static func elementType(_ elements: [duckdb_value?]) -> duckdb_logical_type? {
        let typed = elements.first { $0 != nil && !duckdb_is_null_value($0) }
        guard let typed, let type = duckdb_get_value_type(typed) else {
            return duckdb_create_logical_type(DUCKDB_TYPE_SQLNULL)
        }
        // Values own their type; wrapping and unwrapping it in a list gives one of our own.
        var wrapped = duckdb_create_list_type(type)
        defer { duckdb_destroy_logical_type(&wrapped) }
        return duckdb_list_type_child_type(wrapped)
    }

    private static func destroy(_ values: inout [duckdb_value?]) {
        for index in values.indices { duckdb_destroy_value(&values[index]) }
    }
}

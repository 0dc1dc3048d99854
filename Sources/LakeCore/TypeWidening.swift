/// Which SQL types can take the values of which others.
public enum TypeWidening: Sendable {
    /// Every value stays what it is.
    case always
    /// Most values do; whoever widens looks at those there are.
    case ifValuesAllow
    case never

    /// What becomes of values of the type `narrow` as such of the type `wide`.
    ///
    /// Text takes anything; nobody widens to it unless asked.
    public init(from narrow: String, to wide: String) {
        if narrow == wide || wide == "VARCHAR" {
            self = .always
        } else if narrow == "DATE", wide == "TIMESTAMP" {
            // There are days that no timestamp reaches.
            self = .ifValuesAllow
        } else if let narrow = NumberType(narrow), let wide = NumberType(wide) {
            self = Self.between(narrow, wide)
        } else {
            self = .never
        }
    }

    private static func between(_ narrow: NumberType, _ wide: NumberType) -> TypeWidening {
        switch (narrow, wide) {
        case (.integer(let bits, let isSigned), .integer(let wideBits, let isWideSigned)):
            if isSigned == isWideSigned { return wideBits >= bits ? .always : .never }
            return isWideSigned && wideBits > bits ? .always : .never
        case (.integer, .decimal(let precision, let scale)):
            return precision - scale >= narrow.digits ? .always : .never
        case (.integer(let bits, _), .floating(let mantissa)):
            if bits < mantissa { return .always }
            return mantissa == 53 ? .ifValuesAllow : .never
        case (.decimal(let precision, let scale), .decimal(let widePrecision, let wideScale)):
            return wideScale >= scale && widePrecision - wideScale >= precision - scale ? .always : .never
        case (.floating(let mantissa), .floating(let wideMantissa)):
            return wideMantissa >= mantissa ? .always : .never
        case (.decimal, _), (.floating, _): return .never
        }
    }

    /// The narrowest type that can take the values of both; nil when there is none but text.
    ///
    /// Of decimals and numbers with a point that floats there is none: the cents would be lost unseen.
    public static func common(_ one: String, _ other: String) -> String? {
        for (narrow, wide) in [(one, other), (other, one)] {
            if wide == "VARCHAR" { continue }
            if case .never = TypeWidening(from: narrow, to: wide) { continue }
            return wide
        }
        guard let one = NumberType(one), let other = NumberType(other) else { return nil }
        switch (one, other) {
        case (.integer(let bits, let isSigned), .integer(let otherBits, _)):
            // One has a sign and the other, at least as wide, has none.
            let unsigned = isSigned ? otherBits : bits
            return [16: "INTEGER", 8: "SMALLINT", 32: "BIGINT"][unsigned]
        case (.integer, .decimal(let precision, let scale)), (.decimal(let precision, let scale), .integer):
            return decimal(max(one.digits, other.digits, precision - scale), scale)
        case (.decimal(let precision, let scale), .decimal(let otherPrecision, let otherScale)):
            return decimal(max(precision - scale, otherPrecision - otherScale), max(scale, otherScale))
        default: return nil
        }
    }

    private static func decimal(_ digits: Int, _ scale: Int) -> String? {
        digits + scale <= 38 ? "DECIMAL(\(digits + scale),\(scale))" : nil
    }
}

/// A SQL type of numbers, as far as its range goes.
private enum NumberType {
    case integer(bits: Int, isSigned: Bool)
    case decimal(precision: Int, scale: Int)
    case floating(mantissa: Int)

    init?(_ name: String) {
        switch name {
        case "TINYINT": self = .integer(bits: 8, isSigned: true)
        case "SMALLINT": self = .integer(bits: 16, isSigned: true)
        case "INTEGER": self = .integer(bits: 32, isSigned: true)
        case "BIGINT": self = .integer(bits: 64, isSigned: true)
        case "UTINYINT": self = .integer(bits: 8, isSigned: false)
        case "USMALLINT": self = .integer(bits: 16, isSigned: false)
        case "UINTEGER": self = .integer(bits: 32, isSigned: false)
        case "UBIGINT": self = .integer(bits: 64, isSigned: false)
        case "FLOAT": self = .floating(mantissa: 24)
        case "DOUBLE": self = .floating(mantissa: 53)
        default:
            guard name.hasPrefix("DECIMAL("), name.hasSuffix(")") else { return nil }
            let parts = name.dropFirst(8).dropLast().split(separator: ",").compactMap { Int($0) }
            guard parts.count == 2, (1...38).contains(parts[0]), (0...parts[0]).contains(parts[1]) else { return nil }
            self = .decimal(precision: parts[0], scale: parts[1])
        }
    }

    /// Before the point, at most.
    var digits: Int {
        switch self {
        case .integer(8, _): 3
        case .integer(16, _): 5
        case .integer(32, _): 10
        case .integer(_, let isSigned): isSigned ? 19 : 20
        case .decimal(let precision, let scale): precision - scale
        case .floating: 309
        }
    }
}

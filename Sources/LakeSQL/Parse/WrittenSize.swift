/// How large the value of an expression is at least made by the numbers that stand in it.
///
/// An interrupt takes effect between calls, not inside one, and the engine plans constants by computing them: one call must not be able to
/// grow without bound. What comes out of columns or of `WITH` is not seen.
enum WrittenSize {
    /// Elements or characters; 1 for what is not known.
    static func of(_ tree: JSONTree) -> Double {
        switch tree["class"]?.string {
        case "CAST": return tree["child"].map(of) ?? 1
        case "FUNCTION": return ofCall(tree)
        default: return 1
        }
    }

    private static func ofCall(_ tree: JSONTree) -> Double {
        let arguments = tree["children"]?.array ?? []
        let name = tree["function_name"]?.string?.lowercased() ?? ""
        if name == "range" || name == "generate_series" { return ofRange(arguments) }
        if let place = AllowedFunctions.sizeArguments[name], arguments.indices.contains(place) {
            let around = name == "repeat" ? of(arguments[0]) : 1
            return max(1, number(arguments[place]) ?? 1) * around
        }
        // A function of each element makes as much as it makes for one, so many times.
        guard let function = arguments.last, function["class"]?.string == "LAMBDA" else {
            return arguments.map(of).max() ?? 1
        }
        return (arguments.first.map(of) ?? 1) * (function["expr"].map(of) ?? 1)
    }

    private static func ofRange(_ arguments: [JSONTree]) -> Double {
        guard let first = arguments.first.flatMap(number) else { return 1 }
        guard arguments.count > 1 else { return max(1, first) }
        guard let last = number(arguments[1]) else { return 1 }
        let step = arguments.count > 2 ? number(arguments[2]) ?? 1 : 1
        return step == 0 ? 1 : max(1, (last - first) / step)
    }

    /// The number that an expression is, if it is one as it stands, cast or not.
    private static func number(_ tree: JSONTree) -> Double? {
        if tree["class"]?.string == "CAST" { return tree["child"].flatMap(number) }
        guard tree["class"]?.string == "CONSTANT", case .number(let digits) = tree["value"]?["value"] else {
            return nil
        }
        return Double(digits)
    }
}

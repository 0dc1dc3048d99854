/// A call of `changes` in the place of a table, as the parser's tree has it: literals only, since it says what is read.
struct ChangesCall {
    static let name = "changes"
    static let hint =
        "write changes('people', 3, 7), with the name of a dataset and whole numbers for the versions; without the second, the version that "
        + "is read."

    let dataset: String
    let span: VersionSpan

    /// Nil for a call with other arguments.
    init?(_ function: JSONTree) {
        guard function["schema"]?.string?.isEmpty != false, function["catalog"]?.string?.isEmpty != false,
            function["filter"] == nil, function["distinct"] == .boolean(false),
            function["order_bys"]?["orders"]?.array.isEmpty != false,
            let arguments = function["children"]?.array, (2...3).contains(arguments.count),
            let dataset = Self.literal(arguments[0])?.string, arguments[0]["alias"]?.string?.isEmpty != false
        else { return nil }
        var versions: [Int?] = [nil, nil]
        for (place, argument) in arguments.dropFirst().enumerated() {
            var place = place
            if let name = argument["alias"]?.string?.lowercased(), !name.isEmpty {
                guard let named = ["from_version", "to_version"].firstIndex(of: name) else { return nil }
                place = named
            }
            guard versions[place] == nil, let version = Self.literal(argument)?.integer, version >= 0 else {
                return nil
            }
            versions[place] = version
        }
        guard let from = versions[0] else { return nil }
        self.dataset = dataset
        span = VersionSpan(from: from, to: versions[1])
    }

    private static func literal(_ tree: JSONTree) -> JSONTree? {
        tree["class"]?.string == "CONSTANT" ? tree["value"]?["value"] : nil
    }
}

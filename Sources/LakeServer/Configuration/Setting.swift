import HTTPTypes
import LakeCore

/// One setting: its key, what it may be, what it is if not given, and how it is put in place.
///
/// All are given as text, whatever they come from: `10s`, `512MiB`, `true`.
struct Setting: Sendable {
    /// In the file `[http] port`, in the environment `LAKEHOUSE_HTTP_PORT`.
    let key: String
    /// What it may be, as it stands after "must be".
    let rule: String
    /// What it is if not given; empty when that is nothing.
    let standard: String
    let description: String
    /// Puts a value in place; false when it breaks the rule.
    let apply: @Sendable (inout ServerSettings, String) -> Bool

    /// The variable that holds it.
    var variable: String {
        Self.variablePrefix + key.uppercased().replacing(".", with: "_")
    }

    static let variablePrefix = "LAKEHOUSE_"

    static func text(
        _ key: String,
        _ place: any WritableKeyPath<ServerSettings, String> & Sendable,
        _ description: String
    ) -> Setting {
        Setting(key: key, rule: "some text", standard: ServerSettings()[keyPath: place], description: description) {
            $0[keyPath: place] = $1
            return !$1.isEmpty
        }
    }

    static func optionalText(
        _ key: String,
        _ place: any WritableKeyPath<ServerSettings, String?> & Sendable,
        _ rule: String,
        _ description: String
    ) -> Setting {
        Setting(key: key, rule: rule, standard: "", description: description) {
            $0[keyPath: place] = $1
            return !$1.isEmpty
        }
    }

    static func optionalChoice<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
        _ key: String,
        _ place: any WritableKeyPath<ServerSettings, Choice?> & Sendable,
        _ description: String
    ) -> Setting {
        let rule = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        return Setting(key: key, rule: rule, standard: "", description: description) { settings, text in
            guard let choice = Choice(rawValue: text) else { return false }
            settings[keyPath: place] = choice
            return true
        }
    }

    static func choice<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
        _ key: String,
        _ place: any WritableKeyPath<ServerSettings, Choice> & Sendable,
        _ description: String
    ) -> Setting {
        let rule = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        let standard = ServerSettings()[keyPath: place].rawValue
        return Setting(key: key, rule: rule, standard: standard, description: description) { settings, text in
            guard let choice = Choice(rawValue: text) else { return false }
            settings[keyPath: place] = choice
            return true
        }
    }

    static func integer(
        _ key: String,
        _ place: any WritableKeyPath<ServerSettings, Int> & Sendable,
        _ range: ClosedRange<Int>,
        _ description: String
    ) -> Setting {
        let standard = String(ServerSettings()[keyPath: place])
        return Setting(key: key, rule: rule(range), standard: standard, description: description) { settings, text in
            guard let number = Int(text), range.contains(number) else { return false }
            settings[keyPath: place] = number
            return true
        }
    }

    static func optionalInteger(
        _ key: String,
        _ place: any WritableKeyPath<ServerSettings, Int?> & Sendable,
        _ range: ClosedRange<Int>,
        _ description: String
    ) -> Setting {
        Setting(key: key, rule: rule(range), standard: "", description: description) { settings, text in
            guard let number = Int(text), range.contains(number) else { return false }
            settings[keyPath: place] = number
            return true
        }
    }

    static func bytes(
        _ key: String,
        _ place: any WritableKeyPath<ServerSettings, Int> & Sendable,
        _ range: ClosedRange<Int>,
        _ description: String
    ) -> Setting {
        let rule = "a size from \(SizeText.write(range.lowerBound)) to \(SizeText.write(range.upperBound))"
        let standard = SizeText.write(ServerSettings()[keyPath: place])
        return Setting(key: key, rule: rule, standard: standard, description: description) { settings, text in
            guard let bytes = SizeText.read(text), range.contains(bytes) else { return false }
            settings[keyPath: place] = bytes
            return true
        }
    }

    static func optionalBytes(
        _ key: String,
        _ place: any WritableKeyPath<ServerSettings, Int?> & Sendable,
        _ range: ClosedRange<Int>,
        _ description: String
    ) -> Setting {
        let rule = "a size from \(SizeText.write(range.lowerBound)) to \(SizeText.write(range.upperBound))"
        return Setting(key: key, rule: rule, standard: "", description: description) { settings, text in
            guard let bytes = SizeText.read(text), range.contains(bytes) else { return false }
            settings[keyPath: place] = bytes
            return true
        }
    }

    static func duration(
        _ key: String,
        _ place: any WritableKeyPath<ServerSettings, Duration> & Sendable,
        _ range: ClosedRange<Duration>,
        _ description: String
    ) -> Setting {
        let rule = "a time from \(DurationText.write(range.lowerBound)) to \(DurationText.write(range.upperBound))"
        let standard = DurationText.write(ServerSettings()[keyPath: place])
        return Setting(key: key, rule: rule, standard: standard, description: description) { settings, text in
            guard let duration = DurationText.read(text), range.contains(duration) else { return false }
            settings[keyPath: place] = duration
            return true
        }
    }

    static let grpcPort = Setting(
        key: "grpc.port",
        rule: "a whole number from 0 to 65535, or off",
        standard: "",
        description: "The port for gRPC; the one after http.port if not given, 0 takes a free one, off is none."
    ) { settings, text in
        if text == "off" {
            settings.grpcPort = .off
            return true
        }
        guard let port = Int(text), (0...65535).contains(port) else { return false }
        settings.grpcPort = .number(port)
        return true
    }

    static let telemetryCredentials = Setting(
        key: "telemetry.credentials",
        rule: "file:NAME or env:PREFIX",
        standard: "",
        description: "The secret whose field value goes to the collector in a header; none if not given."
    ) { settings, text in
        settings.telemetry.credentials = SecretReference(text)
        return settings.telemetry.credentials != nil
    }

    static let telemetryHeader = Setting(
        key: "telemetry.header",
        rule: "the name of a header",
        standard: TelemetrySettings().header,
        description: "The header that telemetry.credentials go in."
    ) { settings, text in
        settings.telemetry.header = text
        return HTTPField.Name(text) != nil
    }

    private static func rule(_ range: ClosedRange<Int>) -> String {
        "a whole number from \(range.lowerBound) to \(range.upperBound)"
    }
}

/// Sizes as people write them: `512MiB`, `4GiB`, `1000`.
enum SizeText {
    private static let units = [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10), ("B", 0)]

    static func read(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        guard let shift = unit.isEmpty ? 0 : units.first(where: { $0.0.lowercased() == unit.lowercased() })?.1,
            let number = Int(digits)
        else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
        return overflow ? nil : bytes
    }

    static func write(_ bytes: Int) -> String {
        let unit = units.first { bytes != 0 && bytes.trailingZeroBitCount >= $0.1 } ?? ("B", 0)
        return "\(bytes >> unit.1)\(unit.0)"
    }
}

/// Times as people write them: `500ms`, `10s`, `2m`, `1h`.
enum DurationText {
    private static let units = [("h", 3_600_000), ("ms", 1), ("m", 60000), ("s", 1000)]

    static func read(_ text: String) -> Duration? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        guard let scale = units.first(where: { $0.0 == unit })?.1, let number = Int(digits) else { return nil }
        let (milliseconds, overflow) = number.multipliedReportingOverflow(by: scale)
        return overflow ? nil : .milliseconds(milliseconds)
    }

    static func write(_ duration: Duration) -> String {
        let milliseconds = Int(duration / .milliseconds(1))
        let fitting = units.sorted { $0.1 > $1.1 }.first { milliseconds != 0 && milliseconds.isMultiple(of: $0.1) }
        let unit = fitting ?? ("s", 1000)
        return "\(milliseconds / unit.1)\(unit.0)"
    }
}

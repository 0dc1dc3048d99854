import Foundation
import LakeCore
public import Logging

/// Writes each event as one line to standard error.
public struct StandardErrorLog: LogHandler {
    /// How a line looks.
    public enum Format: String, Sendable, CaseIterable {
        /// For people: time, level, message, then `key=value`.
        case text
        /// For programs: one JSON object.
        case json
    }

    public var logLevel: Logger.Level = .info
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?
    private let format: Format
    private let write: @Sendable (String) -> Void

    public init(format: Format) {
        self.init(format: format) { line in
            // One write a line, so that lines of different threads do not run into each other.
            // What cannot be written, as to a full disk, is lost: the server has more to do than to log.
            try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
        }
    }

    init(format: Format, write: @escaping @Sendable (String) -> Void) {
        self.format = format
        self.write = write
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var fields = metadata
        if let provided = metadataProvider?.get() { fields.merge(provided) { $1 } }
        if let given = event.metadata { fields.merge(given) { $1 } }
        if let error = event.error { fields[LogKey.cause] = "\(error)" }
        let sorted = fields.sorted { $0.key < $1.key }.map { ($0.key, $0.value.description) }
        switch format {
        case .text: write(Self.text(event, sorted))
        case .json: write(Self.json(event, sorted))
        }
    }

    private static func text(_ event: LogEvent, _ fields: [(String, String)]) -> String {
        let pairs = fields.map { key, value in " \(key)=\(quoted(value))" }.joined()
        return
            "\(WallClock.now()) \(event.level.rawValue) \(quoted(event.message.description, always: false))\(pairs)\n"
    }

    /// A value with nothing in it that could pass for another field or another line.
    private static func quoted(_ value: String, always: Bool = true) -> String {
        let plain = value.unicodeScalars.allSatisfy { scalar in
            !scalar.properties.isWhitespace && scalar.properties.generalCategory != .control && scalar != "\""
                && scalar != "="
        }
        if plain, !value.isEmpty { return value }
        let harmless = value.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        if !always, harmless { return value }
        return String(decoding: JSONValue.string(value).encoded, as: UTF8.self)
    }

    private static func json(_ event: LogEvent, _ fields: [(String, String)]) -> String {
        var members = [
            JSONMember("time", .string(WallClock.now())),
            JSONMember("level", .string(event.level.rawValue)),
            JSONMember("message", .string(event.message.description)),
        ]
        members += fields.map { JSONMember($0.0, .string($0.1)) }
        return String(decoding: JSONValue.object(members).encoded, as: UTF8.self) + "\n"
    }
}

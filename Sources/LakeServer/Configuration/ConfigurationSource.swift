import Configuration
import Foundation
import LakeCore
import NIOPosix
import TOMLKit

/// Where settings come from, checked for keys that do not exist.
struct ConfigurationSource: Sendable {
    /// Names the file, so that it is not a setting of its own.
    static let fileVariable = "LAKEHOUSE_CONFIG"
    static let standardFile = "lakehouse.toml"
    /// The one setting that is a list of tables.
    static let bucketList = "storage.buckets"
    /// Read by clients and the set-up, not by the server.
    private static let otherVariables: Set = [
        fileVariable, "LAKEHOUSE_URL", "LAKEHOUSE_API_KEY", "LAKEHOUSE_PLATFORM", "LAKEHOUSE_FAULTS",
    ]

    /// As messages call it.
    let name: String
    let provider: any ConfigProvider
    /// The tables of `[[storage.buckets]]`, in their order.
    let buckets: [BucketSettings]
    private let keys: Set<String>

    func has(_ key: String) -> Bool { keys.contains(key) }

    private init(
        name: String,
        values: [String: String],
        buckets: [[String: String]] = []
    ) throws(ServerError) {
        let known = ServerSettings.all.map(\.key)
        for key in values.keys.sorted() where !known.contains(key) {
            throw .unknownSetting(name: key, source: name, nearest: nearestNames(to: key, in: known))
        }
        self.name = name
        var tables: [BucketSettings] = []
        for (number, table) in buckets.enumerated() {
            tables.append(try BucketTable(table, place: "\(Self.bucketList)[\(number)]", source: name).settings())
        }
        self.buckets = tables
        keys = Set(values.keys)
        provider = InMemoryProvider(
            name: name,
            values: Dictionary(
                uniqueKeysWithValues: values.map {
                    (AbsoluteConfigKey(ConfigKey($0)), ConfigValue(.string($1), isSecret: false))
                }
            )
        )
    }

    static func flags(_ values: [String: String]) throws(ServerError) -> ConfigurationSource {
        try ConfigurationSource(name: "a flag", values: values)
    }

    /// The variables that begin with `LAKEHOUSE_`.
    static func environment(_ environment: [String: String]) throws(ServerError) -> ConfigurationSource {
        let known = Dictionary(uniqueKeysWithValues: ServerSettings.all.map { ($0.variable, $0.key) })
        var values: [String: String] = [:]
        for (variable, value) in environment where variable.hasPrefix(Setting.variablePrefix) {
            if otherVariables.contains(variable) { continue }
            guard let key = known[variable] else {
                let nearest = nearestNames(to: variable, in: known.keys.sorted())
                throw .unknownSetting(name: variable, source: "the environment", nearest: nearest)
            }
            values[key] = value
        }
        return try ConfigurationSource(name: "the environment", values: values)
    }

    /// A TOML file.
    ///
    /// - Parameter path: Nil: the standard file if there is one; a file that is named must be there.
    /// - Returns: Its settings.
    /// - Throws: `ServerError.configurationUnreadable`, `ServerError.unknownSetting`, `ServerError.invalidSetting`.
    static func file(_ path: String?) async throws -> ConfigurationSource {
        let name = (path ?? standardFile).split(separator: "/").last.map(String.init) ?? standardFile
        let data: Data
        do {
            data = try await NIOThreadPool.singleton.runIfActive {
                try Data(contentsOf: URL(filePath: path ?? standardFile))
            }
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile && path == nil {
            return try ConfigurationSource(name: name, values: [:])
        } catch {
            throw ServerError.configurationUnreadable(source: name, reason: "it is not there or may not be read")
        }
        let parsed = try parse(String(decoding: data, as: UTF8.self), name)
        return try ConfigurationSource(name: name, values: parsed.values, buckets: parsed.buckets)
    }

    private static func parse(
        _ text: String,
        _ name: String
    ) throws -> (values: [String: String], buckets: [[String: String]]) {
        do {
            let table = try TOMLTable(string: text)
            var buckets: [[String: String]] = []
            for bucket in try tables(of: table, name) {
                var values: [String: String] = [:]
                try flatten(bucket, under: "", name, into: &values)
                buckets.append(values)
            }
            var values: [String: String] = [:]
            try flatten(table, under: "", name, into: &values)
            return (values, buckets)
        } catch let error as TOMLParseError {
            let place = error.source.begin
            throw ServerError.configurationUnreadable(
                source: name,
                reason: "it is not TOML at line \(place.line), column \(place.column)"
            )
        }
    }

    private static func tables(of table: TOMLTable, _ name: String) throws(ServerError) -> [TOMLTable] {
        guard let list = table["storage"]?.table?["buckets"] else { return [] }
        let tables = list.array?.compactMap(\.table) ?? []
        guard let count = list.array?.count, tables.count == count else {
            throw .invalidSetting(
                name: bucketList,
                source: name,
                given: list.type.rawValue,
                wanted: "a list of tables, each headed [[\(bucketList)]]"
            )
        }
        return tables
    }

    private static func flatten(
        _ table: TOMLTable,
        under prefix: String,
        _ name: String,
        into values: inout [String: String]
    ) throws(ServerError) {
        for (key, value) in table {
            let path = prefix + key
            if path == bucketList, value.array != nil { continue }
            if let table = value.table {
                try flatten(table, under: path + ".", name, into: &values)
            } else if let text = value.string ?? value.int.map(String.init) ?? value.bool.map(String.init) {
                values[path] = text
            } else {
                throw .invalidSetting(
                    name: path,
                    source: name,
                    given: value.type.rawValue,
                    wanted: "a string or a whole number"
                )
            }
        }
    }
}

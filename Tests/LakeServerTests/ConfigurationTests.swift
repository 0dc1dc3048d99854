import Foundation
import LakeCore
import LakeEngine
import Testing

@testable import LakeServer

@Suite struct ConfigurationTests {
    /// Loads settings with `toml` as the file.
    private func load(
        flags: [String: String] = [:],
        environment: [String: String] = [:],
        toml: String = ""
    ) async throws -> ServerSettings {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).toml").path(percentEncoded: false)
        try toml.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await ServerSettings.load(flags: flags, environment: environment, file: path)
    }

    @Test func nothingGivenMeansTheDefaults() async throws {
        let settings = try await load()
        #expect(settings.host == "127.0.0.1")
        #expect(settings.port == 3100)
        #expect(settings.shutdownGrace == .seconds(10))
        #expect(settings.jsonBytesMax == 4 << 20)
    }

    @Test func everyDefaultIsInItsOwnRange() {
        for setting in ServerSettings.all where !setting.standard.isEmpty {
            var settings = ServerSettings()
            #expect(setting.apply(&settings, setting.standard), "\(setting.key) = \(setting.standard)")
        }
    }

    @Test func flagsOverruleTheEnvironmentOverrulesTheFile() async throws {
        let toml = "[http]\nport = 1\nhost = \"10.0.0.1\"\nrequests = 7\n[log]\nformat = \"json\""
        let settings = try await load(
            flags: ["http.port": "3"],
            environment: ["LAKEHOUSE_HTTP_PORT": "2", "LAKEHOUSE_HTTP_HOST": "10.0.0.2", "PATH": "/bin"],
            toml: toml
        )
        #expect(settings.port == 3)
        #expect(settings.host == "10.0.0.2")
        #expect(settings.requestsMax == 7)
        #expect(settings.logFormat == .json)
    }

    @Test func everySettingIsReadFromItsVariableAndItsPlaceInTheFile() async throws {
        for setting in ServerSettings.all {
            let value = setting.standard.isEmpty ? Self.sample(setting) : setting.standard
            let rescue = "[[storage.buckets]]\nname = \"rescue\"\nroot = \"rescue\"\n"
            _ = try await load(environment: [setting.variable: value], toml: rescue)
            let parts = setting.key.split(separator: ".")
            _ = try await load(toml: "[\(parts[0])]\n\(parts[1]) = \"\(value)\"\n" + rescue)
        }
    }

    private static func sample(_ setting: Setting) -> String {
        switch setting.key {
        case "model.kernels": "scalar"
        case "sql.threads", "sql.queries_per_caller", "grpc.port": "2"
        case "memory.process", "memory.cache", "sql.hot_memory": "1GiB"
        case "telemetry.credentials": "env:COLLECTOR"
        // It must name a bucket, and the list of those is not a setting of one value.
        case "storage.rescue_bucket": "rescue"
        default: "x"
        }
    }

    @Test(
        arguments: [
            (
                ["http.prot": "1"], [:], "",
                "There is no setting 'http.prot' (in a flag); did you mean 'http.port' or 'http.host'?"
            ),
            (
                [:], ["LAKEHOUSE_HTTP_PROT": "1"], "",
                "There is no setting 'LAKEHOUSE_HTTP_PROT' (in the environment); did you mean"
            ),
            ([:], [:], "[http]\nprot = 1", "There is no setting 'http.prot' (in "),
            ([:], [:], "port = 1", "There is no setting 'port' (in "),
            (
                ["http.port": "70000"], [:], "",
                "The setting http.port is '70000' (in a flag), but must be a whole number from 0 to 65535."
            ),
            (
                [:], ["LAKEHOUSE_SQL_TIMEOUT": "soon"], "",
                "The setting sql.timeout is 'soon' (in the environment), but must be a time from 1ms to 24h."
            ),
            ([:], [:], "[sql]\nmemory = \"1KiB\"", "but must be a size from 64MiB to "),
            ([:], [:], "[log]\nlevel = \"loud\"", "The setting log.level is 'loud' (in "),
            ([:], [:], "[http]\nport = 1.5", "The setting http.port is 'double' (in "),
            ([:], [:], "[http\nport = 1", "cannot be read: it is not TOML at line 1"),
        ] as [([String: String], [String: String], String, String)]
    )
    func wrongSettingIsRefusedInOneClearLine(
        _ flags: [String: String],
        _ environment: [String: String],
        _ toml: String,
        _ detail: String
    ) async throws {
        let error = await #expect(throws: ServerError.self) {
            try await load(flags: flags, environment: environment, toml: toml)
        }
        let given = try #require(error?.detail)
        #expect(given.contains(detail))
        #expect(!given.contains("\n"))
    }

    private static let s3 = "name = \"a\"\nkind = \"s3\"\nbucket = \"b\"\ncredentials = \"env:X\"\n"

    @Test func bucketsAreReadFromTheirTables() async throws {
        let settings = try await load(
            toml: """
                [storage]
                rescue_bucket = "rescue"
                secrets_file = "/etc/lakehouse/secrets.json"
                profile_root = "profiles"

                [[storage.buckets]]
                name = "primary"
                root = "/srv/lake"

                [[storage.buckets]]
                name = "rescue"
                kind = "s3"
                endpoint = "http://127.0.0.1:9000"
                region = "eu-west-1"
                bucket = "copies"
                prefix = "lake/one"
                path_style = true
                credentials = "file:rescue"
                connect_timeout = "2s"
                part_size = "16MiB"
                attempts = 3
                retry_budget = 7
                spool_folder = "/srv/spool"
                """
        )
        var place = S3Place(bucket: "copies", credentials: .file(name: "rescue"))
        place.endpoint = "http://127.0.0.1:9000"
        place.region = "eu-west-1"
        place.prefix = "lake/one"
        place.isPathStyle = true
        place.connectTimeout = .seconds(2)
        place.partBytes = 16 << 20
        place.attempts = 3
        place.retryBudget = 7
        place.spoolFolder = "/srv/spool"
        #expect(
            settings.lake.storage.buckets == [
                BucketSettings(name: "primary", place: .folder("/srv/lake")),
                BucketSettings(name: "rescue", place: .s3(place)),
            ]
        )
        #expect(settings.lake.storage.rescueBucket == "rescue")
    }

    @Test(arguments: [
        ("name = \"a\"\nrot = \"x\"", "There is no setting 'storage.buckets[0].rot' (in "),
        ("name = \"A b\"\nroot = \"x\"", "The setting storage.buckets[0].name is 'A b' (in "),
        ("name = \"a\"", "The setting storage.buckets[0].root is '' (in "),
        ("name = \"a\"\nkind = \"ftp\"", "but must be local or s3."),
        ("name = \"a\"\nroot = \"x\"\nregion = \"y\"", "but must be left out: the kind is local."),
        ("name = \"a\"\nkind = \"s3\"", "The setting storage.buckets[0].bucket is '' (in "),
        ("name = \"a\"\nkind = \"s3\"\nbucket = \"b\"", "The setting storage.buckets[0].credentials is '' (in "),
        (s3 + "endpoint = \"b:1\"", "but must be https://"),
        (s3 + "endpoint = \"http://far:1\"", "but must be https://"),
        (s3 + "plain_http = 1", "but must be true or false."),
        (s3 + "prefix = \"/x\"", "storage.buckets[0].prefix is '/x'"),
        ("name = \"system\"\nroot = \"x\"", "not system"),
        (s3 + "part_size = \"1MiB\"", "must be a size from 5MiB"),
        (s3 + "attempts = 0", "must be a whole number from 1 to 20"),
        (s3 + "retry_budget = -1", "must be a whole number from 0"),
        (s3 + "idle_timeout = \"1d\"", "must be a time from 100ms"),
        ("name = \"a\"\nkind = \"s3\"\nbucket = \"b\"\ncredentials = \"hush\"", "must be file:NAME or env:PREFIX"),
        ("name = \"a\"\nroot = \"lake\"", "The setting storage.buckets is 'primary and a' (in "),
    ])
    func wrongBucketIsRefusedInOneClearLine(_ table: String, _ detail: String) async throws {
        let error = await #expect(throws: ServerError.self) {
            try await load(toml: "[[storage.buckets]]\n" + table)
        }
        let given = try #require(error?.detail)
        #expect(given.contains(detail), "\(given)")
        #expect(!given.contains("hush"))
    }

    @Test func anAddressNamesAFolderOrAPlaceInS3() throws {
        #expect(try ServerSettings.place("backup", [:]) == .folder("backup"))
        var place = S3Place(bucket: "copies", credentials: .environment(prefix: "AWS"))
        place.prefix = "lake/one"
        let values = ["credentials": "env:AWS"]
        #expect(try ServerSettings.place("s3://copies/lake/one/", values) == .s3(place))
        for wrong in ["s3://", "s3:///x", "s3://copies//x", "s3://copies/a/../b"] {
            #expect(throws: ServerError.self) { try ServerSettings.place(wrong, values) }
        }
        #expect(throws: ServerError.self) { try ServerSettings.place("s3://copies", ["credentials": "hush"]) }
    }

    @Test func bucketsMustBeAListOfTables() async {
        await #expect(throws: ServerError.self) { try await load(toml: "[storage]\nbuckets = [\"a\"]") }
        await #expect(throws: ServerError.self) { try await load(toml: "[storage.buckets]\nname = \"a\"") }
        await #expect(throws: ServerError.self) { try await load(toml: "[storage]\nrescue_bucket = \"none\"") }
    }

    @Test func theDocumentListsEveryKeyOfABucket() throws {
        let document = try Repository.text("docs/CONFIGURATION.md")
        for key in BucketTable.keys {
            let line = document.split(separator: "\n").first { $0.hasPrefix("| `\(key.name)` |") }
            let row = try #require(line, "docs/CONFIGURATION.md has no row for \(key.name)")
            #expect(row.contains(key.rule) && row.contains(key.description), "\(key.name)")
        }
    }

    @Test func variablesOfClientsAreLeftAlone() async throws {
        let environment = ["LAKEHOUSE_URL": "x", "LAKEHOUSE_API_KEY": "y", "LAKEHOUSE_PLATFORM": "z"]
        #expect(try await load(environment: environment).port == 3100)
    }

    @Test func fileThatIsNamedMustBeThere() async {
        await #expect(throws: ServerError.self) {
            try await ServerSettings.load(flags: [:], environment: ["LAKEHOUSE_CONFIG": "/nonexistent/lakehouse.toml"])
        }
    }

    @Test(
        arguments: [
            ("0", 0), ("17", 17), ("1KiB", 1024), ("3 mib", 3 << 20), ("2GiB", 2 << 30), ("1TiB", 1 << 40),
            ("", nil), ("MiB", nil), ("1MB", nil), ("-1", nil), ("99999999999TiB", nil), ("1.5GiB", nil),
        ] as [(String, Int?)]
    )
    func sizesAreRead(_ text: String, _ bytes: Int?) {
        #expect(SizeText.read(text) == bytes)
    }

    @Test(
        arguments: [
            ("500ms", .milliseconds(500)), ("10s", .seconds(10)), ("2 m", .seconds(120)), ("1h", .seconds(3600)),
            ("0s", .zero), ("10", nil), ("s", nil), ("1d", nil), ("99999999999999999999s", nil),
        ] as [(String, Duration?)]
    )
    func durationsAreRead(_ text: String, _ duration: Duration?) {
        #expect(DurationText.read(text) == duration)
    }

    @Test func theDocumentListsEverySetting() throws {
        let document = try Repository.text("docs/CONFIGURATION.md")
        for setting in ServerSettings.all {
            let line = document.split(separator: "\n").first { $0.hasPrefix("| `\(setting.key)` |") }
            let row = try #require(line, "docs/CONFIGURATION.md has no row for \(setting.key)")
            #expect(row.contains(setting.variable), "\(setting.key)")
            #expect(setting.standard.isEmpty || row.contains("`\(setting.standard)`"), "\(setting.key)")
            #expect(row.contains(setting.rule), "\(setting.key)")
        }
    }

    @Test(arguments: [
        ("127.0.0.1", ServerSettings.Reach.machine), ("localhost", .machine), ("::1", .machine),
        ("127.8.9.1", .machine),
        ("0.0.0.0", .network), ("::", .network), ("192.168.1.4", .network), ("example.org", .network),
        ("127.0.0.1.example.org", .network),
    ])
    func reachFollowsTheAddress(_ host: String, _ reach: ServerSettings.Reach) {
        var settings = ServerSettings()
        settings.host = host
        #expect(settings.reach == reach)
    }
}

/// The repository these tests stand in.
enum Repository {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }
}

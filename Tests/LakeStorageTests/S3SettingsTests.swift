import LakeCore
import Testing

@testable import LakeStorage

@Suite struct S3SettingsTests {
    private func settings(_ change: (inout S3Settings) -> Void) -> S3Settings {
        var settings = S3Settings(bucket: "bucket")
        change(&settings)
        return settings
    }

    @Test func addressesAreThoseOfTheirStyle() throws {
        let cases: [(S3Settings, String)] = [
            (settings { _ in }, "https://bucket.s3.us-east-1.amazonaws.com/a%20b/c"),
            (settings { $0.addressing = .path }, "https://s3.us-east-1.amazonaws.com/bucket/a%20b/c"),
            (settings { $0.endpoint = "https://s3.example.org/" }, "https://bucket.s3.example.org/a%20b/c"),
            (settings { $0.endpoint = "https://s3.example.org:443" }, "https://bucket.s3.example.org/a%20b/c"),
            (
                settings {
                    $0.endpoint = "https://s3.example.org:9000"
                    $0.addressing = .path
                }, "https://s3.example.org:9000/bucket/a%20b/c"
            ),
            (
                settings {
                    $0.endpoint = "http://[::1]:80"
                    $0.allowsPlainHTTP = true
                    $0.addressing = .path
                }, "http://[::1]/bucket/a%20b/c"
            ),
        ]
        for (settings, url) in cases {
            try settings.validate()
            let target = try S3Target(settings)
            #expect(target.url(target.path("a b/c"), query: "") == url)
            #expect(url.contains("//" + target.host + "/"))
        }
    }

    @Test func settingsThatCannotBeMeantAreRefused() {
        let wrong: [(inout S3Settings) -> Void] = [
            { $0.endpoint = "http://s3.example.org" }, { $0.endpoint = "s3.example.org" }, { $0.endpoint = "ftp://x" },
            { $0.endpoint = "https://" }, { $0.endpoint = "https://a/b" }, { $0.endpoint = "https://a?b" },
            { $0.endpoint = "https://user:secret@a" }, { $0.endpoint = "" }, { $0.bucket = "" }, { $0.bucket = "a/b" },
            { $0.bucket = "a b" }, { $0.region = "" }, { $0.region = "a/b" }, { $0.prefix = "/a" },
            { $0.prefix = "a/" },
            { $0.prefix = "a/../b" }, { $0.partBytes = 1 }, { $0.partsAtOnce = 0 }, { $0.connections = 0 },
            { $0.retries.attempts = 0 }, { $0.timeouts.idle = .zero },
        ]
        for change in wrong {
            let error = #expect(throws: StorageError.self) { try settings(change).validate() }
            #expect(error?.kind == .invalid)
            #expect(error?.detail.contains("secret") == false)
        }
    }

    @Test func aKeyThatIsTooLongBehindThePrefixIsRefused() async throws {
        let settings = settings {
            $0.prefix = String(repeating: "p", count: 200)
            $0.endpoint = "https://127.0.0.1:1"
        }
        let store = try S3ObjectStore(settings: settings, credentials: { .init(accessKeyID: "", secretAccessKey: "") })
        let part = String(repeating: "k", count: 205)
        let fits = try ObjectKey(validating: [part, part, part, part].joined(separator: "/"))
        let tooLong = try ObjectKey(validating: [part, part, part, part + "k"].joined(separator: "/"))
        try store.check(fits)
        let error = await #expect(throws: StorageError.self) { try await store.get(tooLong) }
        #expect(error?.kind == .invalid)
    }

    @Test func theBudgetRefillsSlowly() {
        let budget = RetryBudget(2)
        #expect(budget.take() && budget.take())
        #expect(!budget.take())
        for _ in 0..<9 { budget.succeeded() }
        #expect(!budget.take())
        budget.succeeded()
        #expect(budget.take())
    }
}

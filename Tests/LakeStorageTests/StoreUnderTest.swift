import Foundation
import LakeTesting

@testable import LakeStorage

/// The stores there are; with a real S3 store in the environment only that.
enum StoreKind: CaseIterable {
    case local, memory
    /// Another one behind a store that passes everything on.
    case failing
    case s3
    /// The bucket in the host's name, a prefix before every key, other objects around.
    case s3WithPrefix

    /// How much to try: less where each step goes through a connection.
    var effort: Int {
        switch self {
        case .local, .memory, .failing: 5
        case .s3, .s3WithPrefix: 1
        }
    }

    static var allCases: [StoreKind] {
        S3TestServer.realEndpoint == nil ? [.local, .memory, .failing, .s3, .s3WithPrefix] : [.s3, .s3WithPrefix]
    }
}

/// A fresh empty store; what it needs lives as long as this does.
struct StoreUnderTest {
    let store: any ObjectStore
    let folder: TemporaryFolder

    init(_ kind: StoreKind) async throws {
        folder = try TemporaryFolder()
        switch kind {
        case .local: store = try LocalObjectStore(root: folder.path("lake"))
        case .memory: store = MemoryObjectStore()
        case .failing: store = FailingObjectStore(MemoryObjectStore(), fault: .none)
        case .s3: store = try await Self.s3(S3TestServer.shared.bucket())
        case .s3WithPrefix:
            var settings = try await S3TestServer.shared.bucket()
            let bucket = try Self.s3(settings)
            for key in ["a", "some/lake0", "some/lak", "some/lake-/k", "z"] {
                _ = try await bucket.put(ObjectKey(validating: key), [1], condition: .always)
            }
            settings.prefix = "some/lake"
            let host = "localhost"
            settings.endpoint = settings.endpoint?.replacingOccurrences(of: "127.0.0.1", with: host)
            settings.addressing = .virtualHost
            store = try Self.s3(settings, addresses: ["\(settings.bucket).\(host)": "127.0.0.1"])
        }
    }

    private static func s3(_ settings: S3Settings, addresses: [String: String] = [:]) throws -> S3ObjectStore {
        try S3ObjectStore(settings: settings, credentials: { S3TestServer.credentials }, addresses: addresses)
    }

    func keys(_ prefix: String = "", after: String? = nil, limit: Int = 1000) async throws -> [String] {
        try await store.list(prefix: prefix, after: after, limit: limit).map(\.key.rawValue)
    }
}

extension ObjectInfo {
    /// Whether both can be what a store knows of one object at one time.
    func isOfOneObject(with other: ObjectInfo?) -> Bool {
        guard let other, key == other.key, size == other.size, etag == other.etag else { return false }
        // Some stores round to seconds, and what a put answers is this machine's clock.
        guard abs(modifiedAt - other.modifiedAt) < 60_000 else { return false }
        return sha256 == nil || other.sha256 == nil || sha256 == other.sha256
    }
}

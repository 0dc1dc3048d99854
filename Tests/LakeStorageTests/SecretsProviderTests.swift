import Foundation
import LakeCore
import LakeStorage
import LakeTesting
import Testing

@Suite struct SecretsProviderTests {
    private let folder: TemporaryFolder
    private let reference = SecretReference.file(name: "minio")
    private static let fields = ["access_key_id", "secret_access_key"]

    init() throws {
        folder = try TemporaryFolder()
        try mode(0o700, of: folder.path)
    }

    private func mode(_ mode: Int, of path: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    @discardableResult
    private func write(_ text: String, mode: Int = 0o600) throws -> String {
        let path = try folder.write("secrets.json", text)
        try self.mode(mode, of: path)
        return path
    }

    private func provider(_ file: String? = nil, _ environment: [String: String] = [:]) -> SecretsProvider {
        SecretsProvider(file: file ?? folder.path("secrets.json"), environment: environment)
    }

    private func refusal(_ provider: SecretsProvider, _ reference: SecretReference? = nil) async -> String {
        let error = await #expect(throws: StorageError.self) {
            try await provider.secret(reference ?? self.reference, fields: Self.fields)
        }
        return error?.detail ?? ""
    }

    @Test func theFilesFieldsAreRead() async throws {
        try write(#"{"minio": {"access_key_id": "AK", "secret_access_key": "hush", "note": "x"}, "other": {}}"#)
        let secret = try await provider().secret(reference, fields: Self.fields)
        #expect(secret.mapValues { $0.reveal() } == ["access_key_id": "AK", "secret_access_key": "hush"])
    }

    @Test func aReplacedFileIsReadAgain() async throws {
        try write(#"{"minio": {"access_key_id": "first"}}"#)
        let provider = provider()
        #expect(try await provider.secret(reference, fields: Self.fields)["access_key_id"]?.reveal() == "first")
        try write(#"{"minio": {"access_key_id": "later"}}"#)
        #expect(try await provider.secret(reference, fields: Self.fields)["access_key_id"]?.reveal() == "later")
    }

    @Test(arguments: [0o644, 0o640, 0o604, 0o620, 0o602, 0o700, 0o666])
    func aFileThatOthersMayUseIsRefused(mode: Int) async throws {
        try write(#"{"minio": {"access_key_id": "AK"}}"#, mode: mode)
        #expect(await refusal(provider()).contains("its mode must be 0600"))
    }

    @Test func aFileThatWasGoodAndIsOpenedToOthersIsRefused() async throws {
        let path = try write(#"{"minio": {"access_key_id": "AK"}}"#)
        let provider = provider()
        _ = try await provider.secret(reference, fields: Self.fields)
        try mode(0o644, of: path)
        #expect(await refusal(provider).contains("its mode must be 0600"))
    }

    @Test(arguments: [0o770, 0o707, 0o777])
    func aFolderThatOthersMayWriteToIsRefused(mode: Int) async throws {
        try write(#"{"minio": {"access_key_id": "AK"}}"#)
        try self.mode(mode, of: folder.path)
        #expect(await refusal(provider()).contains("nobody but its owner may write to its folder"))
    }

    @Test func aLinkIsRefused() async throws {
        let path = try write(#"{"minio": {"access_key_id": "AK"}}"#)
        try FileManager.default.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: path)
        #expect(await refusal(provider(folder.path("link"))).contains("cannot be used"))
    }

    @Test(arguments: ["", "hush", "[]", #"{"minio": "hush"}"#, #"{"minio": {"access_key_id": 5}}"#])
    func whatIsNotSecretsIsRefusedWithoutQuotingIt(text: String) async throws {
        try write(text)
        let detail = await refusal(provider())
        #expect(detail.contains("it is not a JSON object"))
        #expect(!detail.contains("hush"))
    }

    @Test func whatIsMissingIsNamed() async throws {
        #expect(await refusal(provider()).contains("missing"))
        try write("{}")
        #expect(await refusal(provider()).contains("'file:minio' cannot be used: the secrets file has no entry"))
        #expect(await refusal(SecretsProvider(file: nil, environment: [:])).contains("storage.secrets_file"))
        #expect(await refusal(provider(), .environment(prefix: "NONE")).contains("'env:NONE'"))
    }

    @Test func theEnvironmentIsReadByPrefix() async throws {
        let provider = provider(nil, ["AWS_ACCESS_KEY_ID": "AK", "AWS_SECRET_ACCESS_KEY": "hush", "AWS_REGION": "x"])
        let secret = try await provider.secret(.environment(prefix: "AWS"), fields: Self.fields)
        #expect(secret.mapValues { $0.reveal() } == ["access_key_id": "AK", "secret_access_key": "hush"])
    }

    @Test func aSecretIsNeverShown() {
        let secret = Secret("hush")
        var dumped = ""
        dump(["fields": secret], to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), String(describing: [secret]), dumped] {
            #expect(!text.contains("hush"))
        }
    }

    @Test func referencesAreReadAsTheyAreWritten() {
        for text in ["file:minio", "env:AWS", "file:a:b"] { #expect(SecretReference(text)?.text == text) }
        for text in ["", "minio", "file:", "vault:x", "AKIA"] { #expect(SecretReference(text) == nil) }
    }
}

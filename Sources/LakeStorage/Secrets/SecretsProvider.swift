internal import Foundation
internal import Glibc
public import LakeCore

/// Looks secrets up in a file and in the environment.
///
/// The file is JSON: names, each with an object of fields, `{"primary": {"access_key_id": "…", "secret_access_key": "…"}}`. It is
/// read again when it has changed, so that a secret is rotated by replacing the file. It is refused unless nobody but its owner,
/// the server's user, may read it, and nobody else may put another in its place.
public actor SecretsProvider {
    private let path: String?
    private let environment: [String: String]
    private var read: (stamp: SecretsFile.Stamp, secrets: [String: [String: Secret]])?

    /// - Parameters:
    ///   - file: The secrets file; nil: there is none.
    ///   - environment: The process's variables; nil: as they are.
    public init(file: String?, environment: [String: String]? = nil) {
        path = file
        self.environment = environment ?? ProcessInfo.processInfo.environment
    }

    /// The fields of a secret as they are now.
    ///
    /// - Parameters:
    ///   - reference: Names the secret.
    ///   - fields: Those that are wanted; of others nothing is said.
    /// - Returns: The fields that are there.
    /// - Throws: ``StorageError/secretUnavailable(name:reason:)``.
    public func secret(
        _ reference: SecretReference,
        fields: [String]
    ) async throws(StorageError) -> [String: Secret] {
        switch reference {
        case .environment(let prefix):
            let found = fields.compactMap { field in
                environment["\(prefix)_\(field.uppercased())"].map { (field, Secret($0)) }
            }
            guard !found.isEmpty else {
                throw .secretUnavailable(name: reference.text, reason: "no variable of the environment begins so")
            }
            return Dictionary(uniqueKeysWithValues: found)
        case .file(let name):
            guard let secret = try await file(reference.text)[name] else {
                throw .secretUnavailable(name: reference.text, reason: "the secrets file has no entry of that name")
            }
            return secret.filter { fields.contains($0.key) }
        }
    }

    private func file(_ reference: String) async throws(StorageError) -> [String: [String: Secret]] {
        guard let path else {
            throw .secretUnavailable(name: reference, reason: "there is no secrets file; set storage.secrets_file")
        }
        let known = read?.stamp
        do {
            let fresh = try await blocking(.read) { try SecretsFile.read(path, unless: known) }
            if let fresh { read = fresh }
        } catch {
            throw .secretUnavailable(name: reference, reason: SecretsFile.reason(error))
        }
        return read?.secrets ?? [:]
    }
}

/// The file secrets are kept in.
private enum SecretsFile {
    /// Tells one state of the file from another.
    struct Stamp: Equatable, Sendable {
        var inode: UInt64
        var size: Int
        var modifiedNanoseconds: Int64
        var changedNanoseconds: Int64

        init(_ raw: stat) {
            inode = UInt64(raw.st_ino)
            size = Int(raw.st_size)
            modifiedNanoseconds = Int64(raw.st_mtim.tv_sec) * 1_000_000_000 + Int64(raw.st_mtim.tv_nsec)
            // Changes with the mode and the owner, too.
            changedNanoseconds = Int64(raw.st_ctim.tv_sec) * 1_000_000_000 + Int64(raw.st_ctim.tv_nsec)
        }
    }

    /// The largest file that is read.
    private static let sizeMax = 1 << 20

    /// The file's secrets; nil when it is as it was at `known`.
    static func read(_ path: String, unless known: Stamp?) throws -> (Stamp, [String: [String: Secret]])? {
        try checkFolder(of: path)
        let file = try OpenFile(plainFile: path)
        var raw = stat()
        try system { fstat(file.descriptor, &raw) }
        try check(raw, mask: 0o177, "its mode must be 0600", "it must belong to the server's user")
        let stamp = Stamp(raw)
        if stamp == known { return nil }
        guard stamp.size <= sizeMax else { throw refused("it is larger than 1 MiB") }
        let bytes = try file.read(0..<stamp.size)
        guard let entries = try? JSONDecoder().decode([String: [String: String]].self, from: Data(bytes)) else {
            // Not what the decoder says: it quotes what it read.
            throw refused("it is not a JSON object of names, each with an object of texts")
        }
        return (stamp, entries.mapValues { $0.mapValues { Secret($0) } })
    }

    static func reason(_ error: StorageError) -> String {
        switch error {
        case .secretUnavailable(_, let reason): "the secrets file is refused: \(reason)"
        case .noSuchFile: "the secrets file is missing or not a plain file"
        default: "the secrets file cannot be read"
        }
    }

    private static func checkFolder(of path: String) throws {
        let parent = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[..<$0]) } ?? "."
        var raw = stat()
        try system { stat(parent.isEmpty ? "/" : parent, &raw) }
        // The administrator may keep the folder.
        if raw.st_uid == 0 { raw.st_uid = geteuid() }
        try check(
            raw,
            mask: 0o022,
            "nobody but its owner may write to its folder",
            "its folder must belong to the server's user"
        )
    }

    private static func check(_ raw: stat, mask: mode_t, _ rule: String, _ ownerRule: String) throws {
        guard raw.st_uid == geteuid() else { throw refused(ownerRule) }
        guard raw.st_mode & mask == 0 else { throw refused(rule) }
    }

    private static func refused(_ reason: String) -> StorageError { .secretUnavailable(name: "", reason: reason) }
}

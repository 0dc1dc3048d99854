internal import LakeCore
internal import LakeStorage

/// One entry of the log: `_lake/log/{version:020}.json`.
struct CommitV1: Codable, Equatable, Sendable {
    /// The place in the log, from 1.
    var version: Int
    /// The version the transactions were checked against: the one before.
    var base: Int
    var at: String
    var transactions: [Transaction]
    /// The format its writer knows; nil in format 1, whose writers did not say.
    var format: Int?

    init(version: Int, at: String, transactions: [Transaction], format: Int? = FormatFileV1.known) {
        self.version = version
        self.format = format
        base = version - 1
        self.at = at
        self.transactions = transactions
    }

    func encoded() throws(CatalogError) -> [UInt8] {
        do {
            return try SealedJSON.seal(self)
        } catch {
            throw .invalidTransaction(reason: "it cannot be written as JSON")
        }
    }

    /// Reads what was found as the entry of that version.
    static func decode(_ bytes: [UInt8], version: Int) throws(CatalogError) -> CommitV1 {
        let commit: CommitV1
        do {
            commit = try SealedJSON.open(bytes, as: CommitV1.self)
        } catch let error as UnknownActionKind {
            throw .unknownAction(kind: error.kind, version: version)
        } catch let error as SealedJSON.Broken {
            throw .corruptCommit(version: version, reason: error.reason)
        } catch {
            throw .corruptCommit(version: version, reason: "it cannot be read")
        }
        guard commit.version == version, commit.base == version - 1 else {
            throw .corruptCommit(version: version, reason: "it says that it is version \(commit.version)")
        }
        guard !commit.transactions.isEmpty else {
            throw .corruptCommit(version: version, reason: "it holds no transaction")
        }
        return commit
    }
}

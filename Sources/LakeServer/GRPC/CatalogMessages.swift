import LakeCore
import LakeEngine
import SwiftProtobuf

extension Lakehouse_V1_Dataset {
    init(_ manifest: DatasetManifest) {
        self.init()
        id = manifest.id
        name = manifest.name
        version = Int64(manifest.version)
        rows = Int64(manifest.rows)
        bytes = Int64(manifest.bytes)
        files = Int32(clamping: manifest.files)
        columns = manifest.columns.map { column in
            Lakehouse_V1_Column.with {
                $0.name = column.name
                $0.type = column.type
                $0.fieldID = Int32(clamping: column.fieldID)
                $0.nullable = column.nullable
            }
        }
        if let text = manifest.description { description_p = text }
        createdAt = Google_Protobuf_Timestamp(text: manifest.createdAt)
        updatedAt = Google_Protobuf_Timestamp(text: manifest.updatedAt)
    }
}

extension Lakehouse_V1_Commit {
    init(_ entry: LogEntry) {
        self.init()
        version = Int64(entry.version)
        at = Google_Protobuf_Timestamp(text: entry.at)
        transactions = entry.transactions.map { transaction in
            Lakehouse_V1_Transaction.with {
                $0.id = transaction.id
                $0.actor = transaction.actor
                $0.reason = transaction.reason
                $0.changes = transaction.changes.map(Lakehouse_V1_Change.init)
            }
        }
    }
}

extension Lakehouse_V1_Change {
    init(_ change: LogChange) {
        self.init()
        kind = change.kind
        if let subject = change.dataset { dataset = Lakehouse_V1_Subject(subject) }
        if let subject = change.index { index = Lakehouse_V1_Subject(subject) }
        if let subject = change.key { key = Lakehouse_V1_Subject(subject) }
        if let count = change.filesAdded { filesAdded = Int32(clamping: count) }
        if let count = change.filesRemoved { filesRemoved = Int32(clamping: count) }
        if let count = change.rows { rows = Int64(count) }
        if let number = change.generation { generation = Int64(number) }
    }
}

extension Lakehouse_V1_Subject {
    init(_ subject: LogSubject) {
        self.init()
        id = subject.id
        if let text = subject.name { name = text }
    }
}

extension Google_Protobuf_Timestamp {
    /// The time that the lake wrote down as RFC 3339; the epoch when it did not.
    init(text: String) {
        let milliseconds = WallClock.milliseconds(rfc3339: text) ?? 0
        self.init(seconds: milliseconds / 1000, nanos: Int32(milliseconds % 1000) * 1_000_000)
    }
}

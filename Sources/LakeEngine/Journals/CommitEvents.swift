import Foundation
import LakeCatalog
import LakeCore
import LakeStorage

/// The events of the log's commits as the lines of a journal, in files of this machine for the SQL engine to read.
///
/// A file holds a range of versions and is never changed; what it says is what the log says, so that servers that share the folder, or
/// make the same file at once, do no harm. What is missing is made when it is asked for, a few commits in memory at a time.
struct CommitEvents: Sendable {
    private let log: LakeLog
    private let workspace: LocalObjectStore
    private let prefix: String
    private let block: Int
    private let grace: Duration

    /// A block of more files than this becomes one file.
    private static let piecesMax = 16
    /// How often a listing is made anew of which a file is gone when it is read.
    private static let looksMax = 3
    /// Commits that are read at once.
    private static let window = 16

    /// - Parameters:
    ///   - log: Where the events are.
    ///   - workspace: Where the files go.
    ///   - block: A file ends at the latest with a version that is a multiple of this.
    ///   - grace: How long readers may take who have found a file whose place another takes.
    init(log: LakeLog, workspace: LocalObjectStore, block: Int = 1000, grace: Duration) {
        self.log = log
        self.workspace = workspace
        self.block = block
        self.grace = grace
        prefix = "\(Self.folder)/\(log.lakeID)/"
    }

    /// The folder in the workspace that holds the files of all lakes.
    static let folder = "\(LakeFolder.local.rawValue)/commits"

    /// Some versions and the file with their events.
    private struct Piece: Sendable {
        var versions: ClosedRange<Int>
        var modifiedAt: Int64

        func key(_ prefix: String) throws(StorageError) -> ObjectKey {
            try ObjectKey(validating: "\(prefix)\(versions.lowerBound)-\(versions.upperBound).jsonl")
        }
    }

    /// Paths of files that hold the events of every commit up to a version, and of none twice.
    ///
    /// Cost: a listing of the files; the first time, reading the log.
    func files(through version: Int) async throws -> [String] {
        for _ in 1..<Self.looksMax {
            do {
                return try await filesThere(through: version)
            } catch StorageError.noSuchObject {
                // Who was held up for longer than the grace looks again.
            }
        }
        return try await filesThere(through: version)
    }

    private func filesThere(through version: Int) async throws -> [String] {
        let found = try await pieces()
        var pieces = Self.cover(found)
        var next = (pieces.last?.versions.upperBound ?? 0) + 1
        while next <= version {
            let made = try await make(next...min(version, end(ofBlockWith: next)))
            pieces.append(made)
            next = made.versions.upperBound + 1
        }
        pieces = try await merged(pieces)
        try await removeReplaced(found, by: pieces)
        return try pieces.map { workspace.path(of: try $0.key(prefix)) }
    }

    private func pieces() async throws -> [Piece] {
        var pieces: [Piece] = []
        var after: String?
        while true {
            let page = try await workspace.list(prefix: prefix, after: after, limit: 1000)
            for info in page {
                let numbers = info.key.rawValue.dropFirst(prefix.count).split(separator: ".")[0].split(separator: "-")
                guard numbers.count == 2, let first = Int(numbers[0]), let last = Int(numbers[1]), first <= last else {
                    continue
                }
                pieces.append(Piece(versions: first...last, modifiedAt: info.modifiedAt))
            }
            guard page.count == 1000 else { return pieces }
            after = page.last?.key.rawValue
        }
    }

    /// Those that follow each other from the first version on, the longest of those that begin alike.
    private static func cover(_ pieces: [Piece]) -> [Piece] {
        let longest = Dictionary(pieces.map { ($0.versions.lowerBound, $0) }) { a, b in
            a.versions.upperBound > b.versions.upperBound ? a : b
        }
        var cover: [Piece] = []
        while let piece = longest[(cover.last?.versions.upperBound ?? 0) + 1] { cover.append(piece) }
        return cover
    }

    private func end(ofBlockWith version: Int) -> Int { ((version - 1) / block + 1) * block }

    // MARK: Making

    private func make(_ versions: ClosedRange<Int>) async throws -> Piece {
        try await write(versions) { file in
            var next = versions.lowerBound
            while next <= versions.upperBound {
                try Task.checkCancellation()
                let limit = min(Self.window, versions.upperBound - next + 1)
                let commits = try await log.commits(after: next - 1, limit: limit)
                var lines: [UInt8] = []
                for commit in commits { try Self.append(commit, to: &lines) }
                try await file.write(lines)
                // A commit that is gone has no events.
                next += max(1, commits.count)
            }
        }
    }

    /// The same pieces, but that those of a block that have become many, or are all there will be, are one.
    private func merged(_ pieces: [Piece]) async throws -> [Piece] {
        var merged: [Piece] = []
        for block in pieces.chunked(by: { end(ofBlockWith: $0.versions.lowerBound) }) {
            let versions = block[0].versions.lowerBound...block[block.count - 1].versions.upperBound
            let isWhole = versions.upperBound == end(ofBlockWith: versions.lowerBound)
            guard block.count > Self.piecesMax || isWhole && block.count > 1 else {
                merged += block
                continue
            }
            let whole = try await write(versions) { file in
                for piece in block {
                    let object = try await workspace.open(try piece.key(prefix), range: .whole, ifMatch: nil)
                    while let chunk = try await object.chunks.next() { try await file.write(chunk) }
                }
            }
            merged.append(whole)
        }
        return merged
    }

    private func write(
        _ versions: ClosedRange<Int>,
        _ body: (StagedFileWriter) async throws -> Void
    ) async throws -> Piece {
        let piece = Piece(versions: versions, modifiedAt: WallClock.nowMilliseconds())
        let file = try await workspace.stagedFile(suffix: ".events")
        do {
            try await body(file)
            _ = try await workspace.put(try piece.key(prefix), file: await file.finish().path, condition: .ifAbsent)
        } catch StorageError.conditionFailed {
            // Somebody else has made the same.
            await file.discard()
        } catch {
            await file.discard()
            throw error
        }
        return piece
    }

    /// Removes files whose place another has taken for so long that no reader can have begun before.
    private func removeReplaced(_ found: [Piece], by pieces: [Piece]) async throws {
        let horizon = WallClock.nowMilliseconds() - grace.components.seconds * 1000
        let old = pieces.filter { $0.modifiedAt < horizon }.map(\.versions)
        for piece in found where old.contains(where: { $0 != piece.versions && $0.contains(piece.versions) }) {
            try await workspace.delete(try piece.key(prefix))
        }
    }

    // MARK: Lines

    /// A line as ``JournalRecord`` has it, without the chain.
    private struct Line: Encodable {
        var at: String
        var entry: EventEntry
        var seq: Int
        var writer: String
    }

    /// The writer and the number are together the event's name in the history.
    private static func append(_ commit: LoggedCommit, to lines: inout [UInt8]) throws {
        var number = 0
        for transaction in commit.transactions {
            for event in transaction.events {
                let entry = EventEntry(
                    entity: event.entity,
                    field: event.field,
                    old: event.old,
                    new: event.new,
                    actor: transaction.actor,
                    source: JournalEvent.commitSource,
                    workspace: nil,
                    version: commit.version
                )
                let writer = JournalEvent.commitWriter(commit.version)
                let line = Line(at: transaction.at, entry: entry, seq: number, writer: writer)
                lines += try JSONBytes.encode(line)
                lines.append(UInt8(ascii: "\n"))
                number += 1
            }
        }
    }
}

extension Array {
    /// Runs of elements for which `key` is the same.
    fileprivate func chunked<Key: Equatable>(by key: (Element) -> Key) -> [[Element]] {
        var runs: [[Element]] = []
        for element in self {
            if let last = runs.last?.first, key(last) == key(element) {
                runs[runs.count - 1].append(element)
            } else {
                runs.append([element])
            }
        }
        return runs
    }
}

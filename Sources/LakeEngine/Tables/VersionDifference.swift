import LakeCatalog
import LakeSQL

/// Finds the rows that only one of two versions of a dataset has.
///
/// A row is known by where it stands; one that a compaction wrote again is followed to its new place, so that it is neither gone nor new.
struct VersionDifference {
    /// The deleted rows of a file as one vector has them.
    struct Vector: Hashable {
        var file: String
        /// How many rows the file has, if that is known.
        var rows: Int
        var deletions: DeletionVector
    }

    /// The files in which one of the versions has rows of its own.
    struct Part {
        var dataset: Dataset
        /// The other rows of each, by its place.
        var hidden: [Int: DeletedRows] = [:]
    }

    /// A file on its way, and what was left out there.
    fileprivate struct Step {
        var move: FileMove
        var deleted: DeletedRows?
        /// How many rows before the one that is followed were left out.
        var gone: Int
    }

    private let before: Dataset
    private let after: Dataset
    /// The files that both versions do not have alike.
    private let old: [DataFile]
    private let new: [DataFile]
    private let newKeys: Set<String>
    private var moves: [String: FileMove] = [:]

    init(_ before: Dataset, _ after: Dataset) {
        self.before = before
        self.after = after
        let shared = Set(before.files.map(\.seen)).intersection(after.files.map(\.seen))
        old = before.files.filter { !shared.contains($0.seen) }
        new = after.files.filter { !shared.contains($0.seen) }
        newKeys = Set(new.map(\.key))
    }

    /// Whether rows of the earlier version may stand in other files of the later one.
    var mayHaveMoved: Bool { !new.isEmpty && old.contains { !newKeys.contains($0.key) } }

    /// The rows of all files that have to be looked at.
    var rows: Int { (old + new).reduce(0) { $0 + $1.rows } }

    /// Learns where a commit between the versions has moved rows.
    mutating func note(_ commit: LoggedCommit) {
        for action in commit.transactions.flatMap(\.actions) {
            guard case .rowsMoved(after.id, let moves) = action else { continue }
            for move in moves { self.moves[move.file] = move }
        }
    }

    /// Whether it cannot be told of every row where it went, as when a dataset was replaced, restored or sorted: equal rows are the same then.
    var isByValue: Bool {
        before.schema == after.schema && !new.isEmpty
            && old.contains { file in
                var key = file.key
                for _ in 0...moves.count {
                    if newKeys.contains(key) { return false }
                    guard let move = moves[key] else { return true }
                    guard let to = move.to else { return false }
                    key = to
                }
                return true
            }
    }

    /// What has to be read before ``rows(_:)``.
    var vectors: [Vector] {
        let files = (old + new).compactMap(Vector.init)
        return files + old.flatMap { chain(of: $0) ?? [] }.compactMap(Vector.init)
    }

    /// The moves that lead from an earlier file to one of the later version; nil when its rows are in none.
    private func chain(of file: DataFile) -> [FileMove]? {
        var chain: [FileMove] = []
        var key = file.key
        // As many moves as there are at the most: a restored version may lead around in a circle.
        while !newKeys.contains(key) {
            guard chain.count <= moves.count, let move = moves[key], let to = move.to else { return nil }
            chain.append(move)
            key = to
        }
        return chain
    }

    /// The rows of the later version that the earlier one does not have, and the other way round.
    ///
    /// Cost: O(rows of the files that differ).
    ///
    /// - Parameter vectors: Those of ``vectors``, read.
    /// - Returns: Both.
    /// - Throws: `CancellationError`.
    func rows(_ vectors: [Vector: DeletedRows]) throws -> (inserted: Part, deleted: Part) {
        func deleted(_ file: DataFile) -> DeletedRows? { Vector(file).flatMap { vectors[$0] } }
        var hiddenNew = Dictionary(new.map { ($0.key, deleted($0)) }) { first, _ in first }
        var hiddenOld: [String: DeletedRows?] = [:]
        for file in old {
            try Task.checkCancellation()
            var hidden = deleted(file)
            if let chain = chain(of: file) {
                let key = chain.last?.to ?? file.key
                let steps = chain.map { Step($0, Vector($0).flatMap { vectors[$0] }) }
                var target = hiddenNew[key] ?? nil
                hiddenNew[key] = .some(nil)
                Self.follow(file.rows, through: steps, &hidden, &target)
                hiddenNew[key] = target
            }
            hiddenOld[file.key] = hidden
        }
        return (Self.part(of: after, new, hiddenNew), Self.part(of: before, old, hiddenOld))
    }

    /// Hides the rows of a file that are still there, in both places.
    private static func follow(
        _ rows: Int,
        through steps: [Step],
        _ hidden: inout DeletedRows?,
        _ target: inout DeletedRows?
    ) {
        var steps = steps
        for place in steps.indices.dropFirst() {
            steps[place].gone = steps[place].deleted?.count(before: steps[place - 1].move.offset) ?? 0
        }
        var here = hidden ?? DeletedRows(of: rows)
        var there = target ?? DeletedRows(of: rows)
        rows: for row in 0..<rows {
            var place = row
            for index in steps.indices {
                if steps[index].deleted?.contains(place) == true {
                    steps[index].gone += 1
                    continue rows
                }
                place += steps[index].move.offset - steps[index].gone
            }
            // One that was deleted before and is back is new.
            guard !there.contains(place), !here.contains(row) else { continue }
            here.insert(row)
            there.insert(place)
        }
        (hidden, target) = (here, there)
    }

    /// The files that have rows to show.
    private static func part(of dataset: Dataset, _ files: [DataFile], _ hidden: [String: DeletedRows?]) -> Part {
        var part = Part(dataset: dataset)
        let shown = files.filter { file in ((hidden[file.key] ?? nil)?.count ?? 0) < file.rows }
        for (place, file) in shown.enumerated() {
            if let rows = hidden[file.key] ?? nil, rows.count > 0 { part.hidden[place] = rows }
        }
        part.dataset.files = FileList(
            shown.map { file in
                var file = file
                file.deletions = nil
                return file
            }
        )
        return part
    }
}

extension VersionDifference.Step {
    init(_ move: FileMove, _ deleted: DeletedRows?) { self.init(move: move, deleted: deleted, gone: 0) }
}

extension VersionDifference.Vector {
    init?(_ file: DataFile) {
        guard let deletions = file.deletions else { return nil }
        self.init(file: file.key, rows: file.rows, deletions: deletions)
    }

    init?(_ move: FileMove) {
        guard let deletions = move.deletions else { return nil }
        self.init(file: move.file, rows: 0, deletions: deletions)
    }
}

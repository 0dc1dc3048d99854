import LakeCatalog
import LakeCore
import LakeSQL

/// Which rows of an index's generation are deleted by now.
///
/// A generation knows rows by file and position as they were when it was built. Since then rows may have been deleted, and files
/// rewritten: their moves tell where a row went.
struct HiddenHits: Sendable {
    /// One step of a file: the rows that were left out, and where the others went.
    private struct Step: Sendable {
        var deleted: DeletedRows?
        var offset = 0
        /// Whether no row was left.
        var isLast = false
    }

    /// By the place of the file in the dataset as it was; empty for one of which no row was deleted.
    private let files: [[Step]]

    /// Nil when no row is hidden.
    init?(
        _ source: Dataset,
        now: Dataset,
        deletions: Deletions,
        _ plan: inout ReadPlan
    ) async throws {
        guard source.version != now.version else { return nil }
        let current = Dictionary(now.files.map { ($0.key, $0) }) { first, _ in first }
        let moves = Dictionary(now.moves.map { ($0.file, $0) }) { _, last in last }
        var files: [[Step]] = []
        for file in source.files {
            var steps: [Step] = []
            var key = file.key
            while current[key] == nil, let move = moves[key] {
                var step = Step(offset: move.offset, isLast: move.to == nil)
                if let vector = move.deletions {
                    let stand = DataFile(key: key, rows: vector.rows, bytes: 0)
                    step.deleted = try await deletions.rows(of: stand, vector, &plan)
                }
                steps.append(step)
                guard let to = move.to else { break }
                key = to
            }
            // What was replaced is in no version that can be asked now.
            if current[key] == nil, steps.last?.isLast != true { steps.append(Step(isLast: true)) }
            if let found = current[key], let vector = found.deletions {
                steps.append(Step(deleted: try await deletions.rows(of: found, vector, &plan)))
            }
            files.append(steps)
        }
        guard files.contains(where: { $0.contains { $0.deleted != nil || $0.isLast } }) else { return nil }
        self.files = files
    }

    /// Whether a row is deleted.
    func contains(_ row: RowPosition) -> Bool {
        guard files.indices.contains(row.file) else { return false }
        var place = row.row
        for step in files[row.file] {
            if step.isLast { return true }
            if let deleted = step.deleted {
                if deleted.contains(place) { return true }
                place -= deleted.count(before: place)
            }
            place += step.offset
        }
        return false
    }
}

/// Keeps what is hidden from the searches of late: to find it out takes a look at every file of the dataset.
actor HiddenHitsCache {
    /// A generation's dataset as it was and as it is.
    private struct Key: Hashable {
        var dataset: DatasetID
        var source: Int
        var version: Int
    }

    private var known: [Key: HiddenHits?] = [:]
    private static let most = 64

    /// The rows of a dataset that were deleted since a version; nil for none.
    func hidden(since source: Int, _ dataset: Dataset, _ lake: Lakehouse) async throws -> HiddenHits? {
        let key = Key(dataset: dataset.id, source: source, version: dataset.version)
        if let found = known[key] { return found }
        guard let then = try await lake.log.state(at: source).datasets[dataset.id] else { return nil }
        var plan = ReadPlan(lake)
        let found = try await HiddenHits(then, now: dataset, deletions: lake.deletions, &plan)
        if known.count >= Self.most { known.removeAll() }
        known[key] = .some(found)
        return found
    }
}

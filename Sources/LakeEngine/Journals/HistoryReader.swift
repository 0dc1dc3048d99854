import LakeCatalog
import LakeStorage

/// Merges the events of the log's commits with those of the journal, newest first.
///
/// Each of the two is in an order of its own that nothing changes, and the cursor holds a place in both; so no event is passed over or
/// shown twice, whatever the clocks of the servers say. A page reads a bounded part of each.
struct HistoryReader: Sendable {
    let log: LakeLog
    let journal: Journal<EventEntry>
    let archive: Once<JournalArchive>
    /// Only this one's events; nil for all.
    let entity: String?
    /// Whether events of keys are shown.
    let seesKeys: Bool

    /// Commits and segments read for one page at most.
    private static let mostRead = 2000

    /// The events of one of the two, newest first, and where it was left.
    private struct Found<Place: Comparable & Sendable>: Sendable {
        var events: [(event: JournalEvent, place: Place)] = []
        /// Everything before this is unread; nil when nothing is left.
        var rest: Place?
        var damagedLines = 0
    }

    func page(limit: Int, from cursor: HistoryCursor) async throws -> JournalPage {
        let commits = try await commits(before: cursor.log, limit)
        let told = try await told(before: cursor.journal, limit)
        var page = JournalPage(items: [], nextCursor: nil, damagedLines: told.damagedLines)
        var (fromLog, fromJournal) = (0, 0)
        while page.items.count < limit {
            let commit = fromLog < commits.events.count ? commits.events[fromLog].event : nil
            let event = fromJournal < told.events.count ? told.events[fromJournal].event : nil
            // Of one that was not read to its end nobody knows whether the next is newer.
            if commit == nil, commits.rest != nil { break }
            if event == nil, told.rest != nil { break }
            guard commit != nil || event != nil else { break }
            // An event was told after the commit of the version it names, and before the next.
            if let commit, event.map({ commit.version > $0.version }) ?? true {
                page.items.append(commit)
                fromLog += 1
            } else if let event {
                page.items.append(event)
                fromJournal += 1
            }
        }
        page.nextCursor = next(commits, fromLog, told, fromJournal)
        return page
    }

    /// Where to go on; nil when both are read.
    private func next(
        _ commits: Found<HistoryCursor.LogPlace>,
        _ fromLog: Int,
        _ told: Found<JournalPlace>,
        _ fromJournal: Int
    ) -> String? {
        let isOver =
            fromLog == commits.events.count && commits.rest == nil && fromJournal == told.events.count
            && told.rest == nil
        if isOver { return nil }
        // The first event that was not shown is the first of the next page.
        var cursor = HistoryCursor(beforeVersion: 0)
        if fromLog < commits.events.count {
            cursor.log = commits.events[fromLog].place
            cursor.log.event += 1
        } else if let rest = commits.rest {
            cursor.log = rest
        }
        if fromJournal < told.events.count {
            cursor.journal = told.events[fromJournal].place
            cursor.journal?.line += 1
        } else {
            cursor.journal = told.rest ?? Self.beginning
        }
        return cursor.description
    }

    /// Before every entry there can be.
    private static let beginning = JournalPlace("0000-00-00/00000000-0000-0000-0000-000000000000:0")

    private func isWanted(_ entity: String) -> Bool {
        if let wanted = self.entity { return entity == wanted }
        return seesKeys || !entity.hasPrefix(JournalEvent.keyPrefix)
    }

    // MARK: The log

    private func commits(
        before place: HistoryCursor.LogPlace,
        _ limit: Int
    ) async throws -> Found<HistoryCursor.LogPlace> {
        var found = Found<HistoryCursor.LogPlace>()
        let newest = place.event > 0 ? place.version : place.version - 1
        var version = newest
        while version > 0, found.events.count < limit {
            if newest - version >= Self.mostRead {
                found.rest = HistoryCursor.LogPlace(version: version + 1, event: 0)
                return found
            }
            // A log whose beginning was cut off has no older events.
            guard let transactions = try await log.transactions(of: version) else { return found }
            let events = transactions.flatMap { transaction in transaction.events.map { (transaction, $0) } }
            for (number, (transaction, event)) in events.enumerated().reversed() where isWanted(event.entity) {
                let here = HistoryCursor.LogPlace(version: version, event: number)
                if here < place { found.events.append((JournalEvent(event, transaction, here), here)) }
            }
            version -= 1
        }
        if version > 0 { found.rest = HistoryCursor.LogPlace(version: version + 1, event: 0) }
        return found
    }

    // MARK: The journal

    private func told(before place: JournalPlace?, _ limit: Int) async throws -> Found<JournalPlace> {
        while true {
            let snapshot = try await journal.files.snapshot()
            do {
                return try await told(in: snapshot, before: place, limit)
            } catch StorageError.noSuchObject {
                // Compacted and removed since: the next snapshot says where its entries are.
                continue
            }
        }
    }

    private func told(
        in snapshot: JournalFiles.Snapshot,
        before place: JournalPlace?,
        _ limit: Int
    ) async throws -> Found<JournalPlace> {
        var found = Found<JournalPlace>()
        var read = 0
        for try await batch in journal.newestFirst(in: snapshot, before: place) {
            found.damagedLines += batch.damagedLines
            for record in batch.records where isWanted(record.entry.entity) {
                found.events.append((JournalEvent(record), record.place))
            }
            read += 1
            if found.events.count >= limit || read >= Self.mostRead {
                found.rest = JournalPlace(segment: batch.segment, line: 0)
                break
            }
        }
        let files = (snapshot.manifest?.files ?? []).filter { file in
            let isBefore = place.map { file.firstSegment <= $0.segment.rawValue } ?? true
            return isBefore && found.rest.map { file.lastSegment >= $0.segment.rawValue } ?? true
        }
        if files.isEmpty { return found }
        let compacted = try await archive.get().lines(of: files, before: place, entity: entity, limit: limit)
        for line in compacted {
            do {
                let record = try JournalRecord<EventEntry>(line: Array(line.text.utf8), at: line.place)
                if isWanted(record.entry.entity) { found.events.append((JournalEvent(record), record.place)) }
            } catch {
                found.damagedLines += 1
            }
        }
        // What is compacted is mostly older, and need not be all of it.
        found.events.sort { $0.place > $1.place }
        if compacted.count == limit, let last = compacted.last?.place { found.rest = max(found.rest ?? last, last) }
        if let rest = found.rest { found.events.removeAll { $0.place < rest } }
        return found
    }
}

extension JournalEvent {
    fileprivate init(_ record: JournalRecord<EventEntry>) {
        self.init(record.entry, id: "\(record.writer)/\(record.seq)", at: record.at)
    }

    fileprivate init(_ event: EntityEvent, _ transaction: Transaction, _ place: HistoryCursor.LogPlace) {
        self.init(
            id: "\(Self.commitWriter(place.version))/\(place.event)",
            entity: event.entity,
            field: event.field,
            old: event.old,
            new: event.new,
            actor: transaction.actor,
            source: Self.commitSource,
            workspace: nil,
            version: place.version,
            at: transaction.at
        )
    }
}

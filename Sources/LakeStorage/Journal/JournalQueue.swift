/// What waits to be written to a journal, in order; no I/O.
struct JournalQueue {
    /// Entries that stay together, and whoever waits for them; no entries for one who waits for those before.
    struct Item {
        var entries: [JournalChain.Pending]
        var caller: Caller?

        var bytes: Int { entries.reduce(0) { $0 + $1.json.count } }
    }

    typealias Caller = CheckedContinuation<Result<[JournalReceipt], StorageError>, Never>

    private(set) var entries = 0
    private(set) var bytes = 0
    /// How many items have a caller.
    private(set) var callers = 0
    private var items: [Item] = []

    var isEmpty: Bool { items.isEmpty }

    func hasRoom(for item: Item, _ settings: JournalSettings) -> Bool {
        entries + item.entries.count <= settings.waitingEntries && bytes + item.bytes <= settings.waitingBytes
    }

    mutating func append(_ item: Item) {
        items.append(item)
        count(item, 1)
    }

    /// Puts back what was taken and is still to be written.
    mutating func putBack(_ group: [Item]) {
        items.insert(contentsOf: group, at: 0)
        for item in group { count(item, 1) }
    }

    /// The first items, as many as go into one segment.
    mutating func takeGroup(bytesMax: Int) -> [Item] {
        var size = 0
        let count = items.prefix { item in
            size += item.bytes
            return size <= bytesMax
        }.count
        let group = Array(items.prefix(max(1, count)))
        items.removeFirst(group.count)
        for item in group { self.count(item, -1) }
        return group
    }

    private mutating func count(_ item: Item, _ sign: Int) {
        entries += sign * item.entries.count
        bytes += sign * item.bytes
        if item.caller != nil { callers += sign }
    }
}

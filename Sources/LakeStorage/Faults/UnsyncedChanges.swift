internal import Glibc
internal import LakeCore

/// What a loss of power would take: content and names that no `fsync` has made durable.
struct UnsyncedChanges {
    private let isKept: Bool
    private var random: SplitMix64
    private var synced: Set<String> = []
    private var unsyncedContent: Set<String> = []
    /// By folder, in the order they were made.
    private var names: [String: [Change]] = [:]

    private struct Change {
        let path: String
        /// A second name of the file that was there; nil when there was none.
        let before: String?
    }

    init(isKept: Bool, seed: UInt64) {
        self.isKept = isKept
        random = SplitMix64(seed: seed)
    }

    mutating func note(_ step: FaultPlan.Step) {
        guard isKept else { return }
        switch step {
        case .create, .request: break
        case .write(let path): synced.remove(path)
        case .sync(let path):
            synced.insert(path)
            for change in names.removeValue(forKey: path) ?? [] { change.before.map { _ = Glibc.unlink($0) } }
        case .link(let from, let to), .rename(let from, let to):
            if synced.contains(from) { unsyncedContent.remove(to) } else { unsyncedContent.insert(to) }
            change(to)
        case .unlink(let path):
            if !path.contains("/staging/") { change(path) }
        }
    }

    private mutating func change(_ path: String) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let copy = path + ".before-\(names[folder]?.count ?? 0)"
        let isThere = Glibc.link(path, copy) == 0
        names[folder, default: []].append(Change(path: path, before: isThere ? copy : nil))
    }

    mutating func lose() {
        for path in unsyncedContent { truncate(path, 0) }
        for (_, changes) in names.sorted(by: { $0.key < $1.key }) {
            // A file system that keeps a journal loses the last ones; another one may lose any.
            let kept = Bool.random(using: &random) ? Int.random(in: 0...changes.count, using: &random) : nil
            for (place, change) in changes.enumerated().reversed() {
                let isLost = if let kept { place >= kept } else { Bool.random(using: &random) }
                guard isLost else {
                    change.before.map { _ = Glibc.unlink($0) }
                    continue
                }
                if let before = change.before { Glibc.rename(before, change.path) } else { Glibc.unlink(change.path) }
            }
        }
    }
}

internal import LakeCore

/// Puts compacted files in the place of segments, so that a reader finds every entry once, whenever the process dies.
///
/// The order is: the compacted file, the manifest that names it, and only when no reader can be using the segments any more, their
/// removal. A lost race for a manifest leaves a compacted file that nothing names; it is swept.
public struct JournalCompaction: Sendable {
    public let files: JournalFiles
    private let settings: Settings

    /// When segments are compacted and removed.
    public struct Settings: Sendable {
        /// Segments of before are compacted.
        public var age = Duration.seconds(86_400)
        /// More segments than this are compacted although they are young.
        public var segments = 1000
        /// The youngest that are compacted at all: a segment's name is older than its object by as long as a put takes.
        public var youngest = Duration.seconds(120)
        /// How long readers may take who have found the segments before they were compacted.
        public var grace = Duration.seconds(300)
        /// The most segments that go into one file.
        public var group = 10_000
        /// Compacted files smaller than this are merged once there are ``smallFiles`` of them.
        public var smallBytes = 8 << 20
        public var smallFiles = 16
        /// Compacted files that no manifest names are removed when they are older than this.
        public var orphanAge = Duration.seconds(86_400)

        public init() {}

        /// For readers that take no longer than `limit`.
        public init(readersWithin limit: Duration) { grace = max(grace, limit * 2) }
    }

    public init(files: JournalFiles, settings: Settings = Settings()) {
        self.files = files
        self.settings = settings
    }

    /// What is to be compacted, and on what.
    public struct Plan: Sendable {
        /// In order; may be empty when there are files to merge.
        public var segments: [JournalSegmentName]
        /// Small compacted files whose lines go into the new one.
        public var merging: [JournalManifestV1.CompactedFile]
        let manifest: JournalManifestV1?
    }

    /// Removes what the newest manifest has compacted, once its grace is over, and says what to compact next.
    ///
    /// - Returns: Nil when there is nothing to compact, or readers may still need what was compacted last.
    public func next() async throws(StorageError) -> Plan? {
        let now = WallClock.nowMilliseconds()
        let manifest = try await files.manifest()?.value
        if let manifest {
            let made = WallClock.milliseconds(rfc3339: manifest.at) ?? now
            guard made + settings.grace.milliseconds <= now else { return nil }
            for key in manifest.removing { try await files.store.delete(key) }
            for key in try await files.manifestKeys().dropLast() { try await files.store.delete(key) }
        }
        // What no manifest names is work that was cut off.
        let named = Set((manifest?.files.map(\.key) ?? []) + (manifest?.removing ?? []))
        try await files.sweepCompacted(keeping: named, before: now - settings.orphanAge.milliseconds)
        let segments = try await files.snapshot().segments
        let age = segments.count > settings.segments ? settings.youngest : settings.age
        let due = segments.filter { $0.milliseconds < now - age.milliseconds }.prefix(settings.group)
        let small = manifest?.files.filter { $0.bytes < settings.smallBytes } ?? []
        let merging = small.count >= settings.smallFiles ? small : []
        return due.isEmpty && merging.isEmpty ? nil : Plan(segments: Array(due), merging: merging, manifest: manifest)
    }

    /// Makes a file count in place of what it was made of.
    ///
    /// - Parameters:
    ///   - file: A durable object with all lines of the segments and of the files that are merged.
    ///   - segments: Those of the plan that went into it.
    ///   - plan: What it was made from.
    /// - Returns: False when another process has compacted meanwhile; then the file does not count.
    /// - Throws: What the store throws; the next step finds out what happened.
    public func commit(
        _ file: JournalManifestV1.CompactedFile,
        of segments: [JournalSegmentName],
        _ plan: Plan
    ) async throws(StorageError) -> Bool {
        var removing = plan.merging.map(\.key)
        for segment in segments { removing.append(try files.key(of: segment)) }
        let manifest = JournalManifestV1(
            journal: files.journal,
            number: (plan.manifest?.number ?? 0) + 1,
            at: WallClock.now(),
            files: (plan.manifest?.files ?? []).filter { !plan.merging.contains($0) } + [file],
            removing: removing
        )
        do throws(StorageError) {
            _ = try await files.store.put(files.manifestKey(manifest.number), manifest.encoded(), condition: .ifAbsent)
            return true
        } catch {
            guard case .conditionFailed = error else { throw error }
            // Its own earlier attempt, or another process.
            return try await files.manifest()?.value == manifest
        }
    }
}

extension Duration {
    fileprivate var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}

extension JournalSegmentName {
    /// When the segment was named: Unix time, from its UUID.
    var milliseconds: Int64 {
        Int64(rawValue.dropFirst(11).filter { $0 != "-" }.prefix(12), radix: 16) ?? 0
    }
}

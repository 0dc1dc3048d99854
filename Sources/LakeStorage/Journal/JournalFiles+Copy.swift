extension JournalFiles {
    /// Makes a copy count what its original does, once the objects of the original are in it.
    ///
    /// One new manifest takes out of account every segment whose lines are in a compacted file, whenever that was; only then are they
    /// removed. So the copy has each entry once, wherever this is cut off. A segment that the original has lost stays.
    ///
    /// - Parameters:
    ///   - original: What counts in the original; its segments and compacted files are here.
    ///   - contents: The names of the segments in a compacted file.
    /// - Throws: What the store throws, and what `contents` throws.
    public func settle(
        like original: Snapshot,
        contents: (JournalManifestV1.CompactedFile) async throws -> Set<String>
    ) async throws {
        guard let manifest = original.manifest else { return }
        let counted = Set(original.segments)
        var rest = try await listSegments().filter { !counted.contains($0) }
        var compacted: [JournalSegmentName] = []
        for file in manifest.files {
            guard rest.contains(where: { file.firstSegment...file.lastSegment ~= $0.rawValue }) else { continue }
            let held = try await contents(file)
            compacted += rest.filter { held.contains($0.rawValue) }
            rest.removeAll { held.contains($0.rawValue) }
        }
        let removing = try compacted.map { try key(of: $0) }
        let here = try await self.manifest()
        if here?.value.files != manifest.files {
            let next = JournalManifestV1(
                journal: journal,
                number: max(manifest.number, (here?.value.number ?? 0) + 1),
                at: manifest.at,
                files: manifest.files,
                removing: removing
            )
            _ = try await store.put(manifestKey(next.number), next.encoded(), condition: .always)
        }
        for key in removing { try await store.delete(key) }
        for key in try await manifestKeys().dropLast() { try await store.delete(key) }
        try await sweepCompacted(keeping: Set(manifest.files.map(\.key)))
    }

    /// Removes compacted files, but for those named and for younger ones than a moment of Unix time.
    func sweepCompacted(keeping named: Set<ObjectKey>, before horizon: Int64 = .max) async throws(StorageError) {
        for info in try await store.list(prefix: prefix + "compacted/", after: nil, limit: 10_000)
        where info.modifiedAt < horizon && !named.contains(info.key) {
            try await store.delete(info.key)
        }
    }
}

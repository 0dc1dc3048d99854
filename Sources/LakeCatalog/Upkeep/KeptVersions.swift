internal import LakeCore

extension LakeState {
    /// From which version on datasets are kept that say so themselves.
    var ownRetentions: [DatasetID: Int] {
        Dictionary(
            uniqueKeysWithValues: datasets.values.compactMap { dataset in dataset.keptFrom.map { (dataset.id, $0) } }
        )
    }

    /// Versions at which datasets can be read beside those that the lake can: where their own begin, and those with tags.
    ///
    /// Of dropped ones as well: a drop can be taken back.
    var keptVersions: [(DatasetID, Int)] {
        datasets.values.flatMap { dataset in
            Set(dataset.versionTags.values).union([dataset.keptFrom].compactMap(\.self)).sorted().map {
                (dataset.id, $0)
            }
        }
    }
}

extension LakeLog {
    /// The version of the lake that holds the newest so many versions of a dataset; nil when it has not had so many.
    func version(_ count: Int, of dataset: Dataset) async throws -> Int? {
        var found = 0
        var end = dataset.version
        while end >= dataset.createdVersion {
            let start = max(dataset.createdVersion, end - 63)
            for commit in try await commits(after: start - 1, limit: end - start + 1).reversed() {
                guard commit.transactions.contains(where: { $0.actions.contains { $0.dataset == dataset.id } }) else {
                    continue
                }
                found += 1
                if found == count { return commit.version }
            }
            end = start - 1
        }
        return nil
    }
}

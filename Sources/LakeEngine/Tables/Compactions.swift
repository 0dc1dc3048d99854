import LakeCore
import Synchronization

/// The datasets whose files are being merged by this server: never two at once of one.
final class Compactions: Sendable {
    private let running = Mutex<Set<DatasetID>>([])

    /// False when one runs.
    func begin(_ dataset: DatasetID) -> Bool { running.withLock { $0.insert(dataset).inserted } }

    func end(_ dataset: DatasetID) { running.withLock { _ = $0.remove(dataset) } }
}

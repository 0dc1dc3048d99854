import Foundation
import LakeClient

/// A local file as pieces of at most 1 MiB.
struct FilePieces: AsyncSequence, Sendable {
    typealias Element = [UInt8]

    let path: String
    let size: Int
    private var observer: (@Sendable (Int) -> Void)?

    /// Checks that the file can be read.
    ///
    /// - Throws: `ClientError.unreadableFile`.
    init(path: String) throws {
        self.path = path
        let name = URL(filePath: path).lastPathComponent
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw ClientError.unreadableFile(name: name, reason: "there is no such file")
        }
        guard !isFolder.boolValue else { throw ClientError.unreadableFile(name: name, reason: "it is a folder") }
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let size = attributes?[.size] as? Int, FileManager.default.isReadableFile(atPath: path) else {
            throw ClientError.unreadableFile(name: name, reason: "permission denied")
        }
        self.size = size
    }

    /// The same pieces, with `observer` told the bytes handed out so far.
    func observed(_ observer: @escaping @Sendable (Int) -> Void) -> Self {
        var copy = self
        copy.observer = observer
        return copy
    }

    func makeAsyncIterator() -> Iterator {
        Iterator(handle: FileHandle(forReadingAtPath: path), observer: observer)
    }

    /// Reads the next piece when it is asked for.
    struct Iterator: AsyncIteratorProtocol {
        let handle: FileHandle?
        let observer: (@Sendable (Int) -> Void)?
        var sent = 0

        mutating func next() async throws -> [UInt8]? {
            guard let handle, let data = try handle.read(upToCount: 1 << 20), !data.isEmpty else { return nil }
            sent += data.count
            observer?(sent)
            return [UInt8](data)
        }
    }
}

import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// A disk of a few megabytes, in memory; unmounted with the test.
final class SmallDisk: Sendable {
    let path: String

    /// Whether this process may mount one.
    static let isPossible: Bool = (try? SmallDisk(megabytes: 1)) != nil

    struct NotMounted: Error {}

    init(megabytes: Int) throws {
        path = FileManager.default.temporaryDirectory.appending(path: "lakehouse-disk-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(megabytes)m,mode=700") == 0 else {
            rmdir(path)
            throw NotMounted()
        }
    }

    deinit {
        umount2(path, Int32(MNT_DETACH))
        rmdir(path)
    }

    /// Writes until there is no room for one byte more, and says how many there was room for.
    @discardableResult
    func fill() throws -> Int {
        let file = open(path + "/filler", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        guard file >= 0 else { throw CocoaError(.fileWriteUnknown) }
        defer { close(file) }
        let piece = [UInt8](repeating: 7, count: 4096)
        var total = 0
        while case let count = write(file, piece, piece.count), count > 0 { total += count }
        return total
    }

    /// Removes what `fill` wrote.
    func empty() { unlink(path + "/filler") }

    /// The files below a folder of the disk.
    func files(_ folder: String) throws -> [String] {
        let root = path + "/" + folder
        return try FileManager.default.subpathsOfDirectory(atPath: root).filter { name in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: root + "/" + name, isDirectory: &isFolder)
                && !isFolder.boolValue
        }
    }
}

/// A connection that does no more than it is told to.
final class RawConnection {
    private let socket: Int32

    /// Nil when it cannot be made.
    init?(port: UInt16) {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { return nil }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let outcome = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard outcome == 0 else {
            Glibc.close(socket)
            return nil
        }
        // An answer that does not come must not hang the test.
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// The first bytes of what comes, as text.
    func receive(atMost count: Int) -> String {
        var bytes = [UInt8](repeating: 0, count: count)
        let received = recv(socket, &bytes, count, Int32(MSG_WAITALL))
        return String(decoding: bytes.prefix(max(0, received)), as: UTF8.self)
    }

    func close() { Glibc.close(socket) }
}

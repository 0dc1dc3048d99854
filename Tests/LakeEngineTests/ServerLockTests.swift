import Foundation
import LakeEngine
import LakeStorage
import LakeTesting
import Testing

@Suite struct ServerLockTests {
    private func lake() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path("_lake"), withIntermediateDirectories: true)
        return folder
    }

    @Test func serverIsFoundWhileItRuns() async throws {
        let lake = try lake()
        #expect(ServerLock.running(lakeFolder: lake.path) == nil)
        var lock = try await ServerLock.acquire(lakeFolder: lake.path, url: "http://127.0.0.1:3100")
        #expect(lock != nil)
        #expect(ServerLock.running(lakeFolder: lake.path) == "http://127.0.0.1:3100")
        #expect(try await ServerLock.acquire(lakeFolder: lake.path, url: "http://127.0.0.1:3101") == nil)
        #expect(ServerLock.running(lakeFolder: lake.path) == "http://127.0.0.1:3100")
        lock = nil
        #expect(ServerLock.running(lakeFolder: lake.path) == nil)
        lock = try await ServerLock.acquire(lakeFolder: lake.path, url: "http://127.0.0.1:3102")
        #expect(ServerLock.running(lakeFolder: lake.path) == "http://127.0.0.1:3102")
    }

    @Test func whatADeadServerLeftIsNotARunningServer() throws {
        let lake = try lake()
        _ = try lake.write("_lake/server.lock", #"{"url":"http://127.0.0.1:3100","pid":1}"#)
        #expect(ServerLock.running(lakeFolder: lake.path) == nil)
    }

    @Test func folderThatIsNotThereHasNoServer() async throws {
        let folder = try TemporaryFolder()
        #expect(ServerLock.running(lakeFolder: folder.path) == nil)
        let absent = folder.path + "/absent"
        #expect(ServerLock.running(lakeFolder: absent) == nil)
        await #expect(throws: StorageError.self) { try await ServerLock.acquire(lakeFolder: absent, url: "x") }
    }
}

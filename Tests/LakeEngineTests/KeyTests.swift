import Foundation
import LakeCore
import LakeEngine
import LakeTesting
import Testing

@Suite(.timeLimit(.minutes(5))) struct KeyTests {
    @Test func aKeyOpensTheDoorUntilItIsRevoked() async throws {
        let test = try await TestLake()
        #expect(try await test.lake.hasKeys() == false)
        let created = try await test.lake.createKey(name: "ada", role: .writer, for: .local)
        #expect(try await test.lake.hasKeys())
        #expect(try await test.lake.authenticate(secret: created.secret) == Principal(name: "ada", role: .writer))
        #expect(try await test.lake.authenticate(secret: created.secret + "x") == nil)
        _ = try await test.lake.revokeKey(id: created.key.id, for: .local)
        #expect(try await test.lake.authenticate(secret: created.secret) == nil)
        #expect(try await test.lake.hasKeys() == false)
    }

    @Test func theSecretIsNowhereInTheLake() async throws {
        let test = try await TestLake()
        let created = try await test.lake.createKey(name: "ada", role: .admin, for: .local)
        for name in test.objects("_lake") {
            let text = try String(contentsOfFile: test.folder.path("lake/_lake/" + name), encoding: .utf8)
            #expect(!text.contains(created.secret))
        }
    }

    @Test func onlyAnAdministratorManagesKeys() async throws {
        let test = try await TestLake()
        let writer = Principal(name: "eve", role: .writer)
        await #expect(throws: EngineError.self) { try await test.lake.createKey(name: "x", role: .reader, for: writer) }
        await #expect(throws: EngineError.self) { try await test.lake.keys(for: writer) }
    }
}

import Foundation
import Testing

/// The rules of the house, checked like any other behaviour.
///
/// Reads the checkout as text; needs nothing built.
@Suite struct ArchitectureTests {
    /// Room → what it may import, beyond what every room may.
    ///
    /// Package.swift says what it can; this says what it may.
    static let rooms: [String: Set<String>] = [
        "LakeCore": [],
        "LakeStorage": [
            "LakeCore", "AsyncHTTPClient", "Crypto", "NIOCore", "NIOHTTP1", "NIOPosix", "Tracing", "NIOSSL",
        ],
        "LakeCatalog": ["LakeCore", "LakeStorage"],
        "LakeSQL": ["LakeCore", "CDuckDB"],
        "LakeVector": ["LakeCore", "LakeStorage", "CVectorKernels"],
        "LakeModels": ["LakeCore", "CVectorKernels", "CICU"],
        "LakeIngest": ["LakeCore", "LakeSQL"],
        "LakeEngine": [
            "LakeCore", "LakeStorage", "LakeCatalog", "LakeSQL", "LakeVector", "LakeIngest", "LakeModels",
            "CoreMetrics", "ServiceLifecycle", "Tracing",
        ],
        "LakeServer": [
            "LakeCore", "LakeCatalog", "LakeSQL", "LakeIngest", "LakeModels", "LakeEngine", "AsyncHTTPClient",
            "Configuration", "CoreMetrics", "GRPCCore", "GRPCNIOTransportHTTP2", "GRPCProtobuf", "SwiftProtobuf",
            "Tracing",
            "HTTPTypes", "Hummingbird", "HummingbirdCore", "NIOCore", "NIOHTTP1", "NIOHTTPTypes", "NIOPosix",
            "ServiceLifecycle", "TOMLKit", "UnixSignals",
        ],
        "LakeClient": ["LakeCore", "AsyncHTTPClient", "NIOCore", "NIOHTTP1"],
        "LakeTorture": ["LakeCore", "LakeClient"],
        "LakeTesting": ["LakeCore", "LakeStorage", "Testing", "NIOCore", "NIOPosix"],
        "lakehouse": ["LakeServer", "LakeClient", "LakeTorture", "LakeCore", "ArgumentParser", "LakeEngine"],
    ]
    /// Any room may import these.
    static let everywhere: Set<String> = [
        "Foundation", "FoundationEssentials", "Glibc", "Darwin", "Synchronization", "Logging",
    ]
    /// C modules stay behind one folder each.
    static let behind: [String: [String]] = [
        "CDuckDB": ["LakeSQL/DuckDB/"],
        "CVectorKernels": ["LakeVector/Kernels/", "LakeModels/Encoder/"],
        "CICU": ["LakeModels/Text/"],
        "GRPCCore": ["LakeServer/GRPC/"],
        "SwiftProtobuf": ["LakeServer/GRPC/"],
        "AsyncHTTPClient": ["LakeServer/Telemetry/", "LakeStorage/", "LakeModels/", "LakeClient/"],
    ]
    /// What the server may know of the rooms behind the engine: the values in the engine's signatures, nothing that acts.
    static let notForDoors = [
        "LocalObjectStore", "LakeLog", "SQLEngine", "TrustedDatabase", "TrustedSession", "FileConverter",
        "LocalEmbeddingModel", "VectorGeneration",
    ]
    static let banned = [
        "try!", "fatalError(", " print(", "usleep(", "Thread.sleep", "DispatchSemaphore", "FIXME", "TODO",
    ]

    struct Source: Sendable { let path, room, text: String }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static let sources: [Source] = {
        let base = root.appending(path: "Sources")
        let paths = (try? FileManager.default.subpathsOfDirectory(atPath: base.path)) ?? []
        return paths.sorted().filter { $0.hasSuffix(".swift") }.map { path in
            let text = (try? String(contentsOf: base.appending(path: path), encoding: .utf8)) ?? ""
            return Source(path: path, room: String(path.prefix { $0 != "/" }), text: text)
        }
    }()

    static func imports(of source: Source) -> [String] {
        source.text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard let at = words.firstIndex(of: "import"),
                words[..<at].allSatisfy({ $0.hasPrefix("@") || ["public", "internal", "private"].contains($0) })
            else { return nil }
            return words.dropFirst(at + 1).first.map { String($0.prefix { $0 != "." }) }
        }
    }

    @Test func everyRoomIsListed() {
        #expect(Set(Self.sources.map(\.room)) == Set(Self.rooms.keys))
    }

    @Test(arguments: rooms.keys.sorted())
    func importsOnlyWhatTheRoomMay(room: String) throws {
        let allowed = try #require(Self.rooms[room]).union(Self.everywhere)
        for source in Self.sources where source.room == room {
            for module in Self.imports(of: source) {
                #expect(allowed.contains(module), "\(source.path) imports \(module)")
                if let folders = Self.behind[module] {
                    #expect(folders.contains(where: source.path.hasPrefix), "\(source.path) imports \(module)")
                }
            }
        }
    }

    @Test func doorsReachDataOnlyThroughUseCases() {
        for source in Self.sources where ["LakeServer", "lakehouse"].contains(source.room) {
            for name in Self.notForDoors { #expect(!source.text.contains(name), "\(source.path) names \(name)") }
        }
    }

    @Test func sourcesAreFreeOfBannedCalls() {
        for source in Self.sources {
            for word in Self.banned { #expect(!source.text.contains(word), "\(source.path) uses \(word)") }
        }
    }

    @Test func publicTypesAreDocumented() {
        let kinds = ["final class", "class", "struct", "enum", "actor", "protocol"]
        for source in Self.sources {
            let lines = source.text.split(separator: "\n", omittingEmptySubsequences: false)
            for (index, line) in lines.enumerated() where kinds.contains(where: { line.hasPrefix("public \($0) ") }) {
                let above = lines[..<index].last { !$0.hasPrefix("@") } ?? ""
                #expect(above.hasPrefix("//"), "\(source.path):\(index + 1) has no documentation")
            }
        }
    }

    @Test(arguments: rooms.keys.filter { $0.hasPrefix("Lake") }.sorted())
    func everyRoomHasADoorSign(room: String) {
        let sign = Self.root.appending(path: "Sources/\(room)/\(room).docc/\(room).md")
        #expect(FileManager.default.fileExists(atPath: sign.path), "write \(sign.path)")
    }
}

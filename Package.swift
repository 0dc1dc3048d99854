// swift-tools-version: 6.2
import PackageDescription

/// One setting list for every Swift target: the compiler's strictest reading, warnings are errors.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// Where `make setup` puts libduckdb.
let nativeLibraries = Context.packageDirectory + "/.native/lib"

// Read top to bottom: a target may depend only on targets above it.
let package = Package(
    name: "lakehouse",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", exact: "1.7.3"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-configuration", exact: "1.4.0", traits: []),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
        .package(url: "https://github.com/LebJe/TOMLKit", exact: "0.6.0"),
        .package(url: "https://github.com/grpc/grpc-swift-2", exact: "2.4.3"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport", exact: "2.9.2"),
        .package(url: "https://github.com/grpc/grpc-swift-protobuf", exact: "2.4.1"),
        .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0", traits: []),
    ],
    targets: [
        .systemLibrary(name: "CDuckDB"),
        .target(name: "CICU", linkerSettings: [.linkedLibrary("icuuc")]),
        .target(name: "CVectorKernels", cSettings: [.unsafeFlags(["-O3"])]),
        .target(name: "LakeCore", swiftSettings: strict),
        .testTarget(name: "LakeCoreTests", dependencies: ["LakeCore"], swiftSettings: strict),
        .testTarget(name: "CVectorKernelsTests", dependencies: ["CVectorKernels", "LakeCore"], swiftSettings: strict),
        .target(
            name: "LakeStorage",
            dependencies: [
                "LakeCore",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "LakeTesting",
            dependencies: [
                "LakeCore", "LakeStorage",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LakeStorageTests",
            dependencies: [
                "LakeCore", "LakeStorage", "LakeTesting",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            exclude: ["Golden"],
            swiftSettings: strict
        ),
        .target(name: "LakeCatalog", dependencies: ["LakeCore", "LakeStorage"], swiftSettings: strict),
        .testTarget(
            name: "LakeCatalogTests",
            dependencies: ["LakeCore", "LakeStorage", "LakeCatalog", "LakeTesting"],
            exclude: ["Golden"],
            swiftSettings: strict
        ),
        .target(
            name: "LakeSQL",
            dependencies: ["LakeCore", "CDuckDB"],
            swiftSettings: strict,
            linkerSettings: [
                .unsafeFlags(["-L\(nativeLibraries)", "-Xlinker", "-rpath", "-Xlinker", nativeLibraries])
            ]
        ),
        .testTarget(
            name: "LakeSQLTests",
            dependencies: ["LakeCore", "LakeSQL", "LakeTesting"],
            exclude: ["Cases"],
            swiftSettings: strict
        ),
        .target(
            name: "LakeVector",
            dependencies: ["LakeCore", "LakeStorage", "CVectorKernels"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LakeVectorTests",
            dependencies: ["LakeCore", "LakeStorage", "LakeVector", "LakeTesting"],
            exclude: ["Golden"],
            swiftSettings: strict
        ),
        .target(name: "LakeModels", dependencies: ["LakeCore", "CVectorKernels", "CICU"], swiftSettings: strict),
        .testTarget(
            name: "LakeModelsTests",
            dependencies: ["LakeCore", "LakeModels", "LakeTesting"],
            exclude: ["Golden"],
            swiftSettings: strict
        ),
        .target(name: "LakeIngest", dependencies: ["LakeCore", "LakeSQL"], swiftSettings: strict),
        .testTarget(
            name: "LakeIngestTests",
            dependencies: ["LakeCore", "LakeSQL", "LakeIngest", "LakeTesting"],
            swiftSettings: strict
        ),
        .target(
            name: "LakeEngine",
            dependencies: [
                "LakeCore", "LakeStorage", "LakeCatalog", "LakeSQL", "LakeVector", "LakeModels", "LakeIngest",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LakeEngineTests",
            dependencies: [
                "LakeCore", "LakeStorage", "LakeCatalog", "LakeSQL", "LakeIngest", "LakeEngine", "LakeTesting",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "LakeServer",
            dependencies: [
                "LakeCore", "LakeCatalog", "LakeSQL", "LakeModels", "LakeIngest", "LakeEngine",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "GRPCCore", package: "grpc-swift-2"),
                .product(name: "GRPCNIOTransportHTTP2", package: "grpc-swift-nio-transport"),
                .product(name: "GRPCProtobuf", package: "grpc-swift-protobuf"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
                .product(name: "TOMLKit", package: "TOMLKit"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LakeServerTests",
            dependencies: [
                "LakeCore", "LakeSQL", "LakeEngine", "LakeServer", "LakeTesting",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRPCCore", package: "grpc-swift-2"),
                .product(name: "GRPCNIOTransportHTTP2", package: "grpc-swift-nio-transport"),
                .product(name: "GRPCProtobuf", package: "grpc-swift-protobuf"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            exclude: ["Cases"],
            swiftSettings: strict
        ),
        .target(
            name: "LakeClient",
            dependencies: [
                "LakeCore",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "lakehouse",
            dependencies: [
                "LakeCore", "LakeClient", "LakeEngine", "LakeServer", "LakeTorture",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict
        ),
        .target(name: "LakeTorture", dependencies: ["LakeCore", "LakeClient"], swiftSettings: strict),
        .executableTarget(
            name: "lake-bench",
            dependencies: ["LakeCore", "LakeCatalog", "LakeModels", "LakeStorage", "LakeVector"],
            path: "bench/LakeBench",
            swiftSettings: strict
        ),
        .testTarget(name: "ArchitectureTests", swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["LakeClient", "LakeCore", "LakeStorage", "LakeTesting", "lakehouse"],
            exclude: ["Peers"],
            swiftSettings: strict
        ),
    ]
)

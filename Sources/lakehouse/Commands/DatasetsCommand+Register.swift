import ArgumentParser
import LakeClient
import LakeCore

extension DatasetsCommand {
    /// `lakehouse datasets register`.
    struct Register: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a dataset of the rows of Parquet objects that are in a bucket already."
        )

        @Argument(help: "What the dataset is called.")
        var name: String

        @Argument(help: "The keys of the objects, which have the same columns.")
        var keys: [String]

        @Option(help: "The bucket they are in; the primary one if not given.")
        var bucket: String?

        @Option(help: "What the dataset is about.")
        var description: String?

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let objects = keys.map { key in
                JSONValue.object([.init("key", .string(key))] + (bucket.map { [.init("bucket", .string($0))] } ?? []))
            }
            var members: [JSONMember] = [.init("name", .string(name)), .init("objects", .array(objects))]
            if let description { members.append(.init("description", .string(description))) }
            let body = JSONValue.object(members)
            try await connection.withClient { client in
                let made = try await client.json(.post, "/catalog/datasets", body)
                let rows = Numbers.grouped(made["rows"]?.int ?? 0)
                Terminal.say(connection.json ? made.compact : "\(name): \(rows) rows of \(keys.count) objects")
            }
        }
    }
}

import ArgumentParser
import Foundation
import LakeClient
import LakeCore

/// `lakehouse objects`.
struct ObjectsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "objects",
        abstract: "List, read, write and remove the objects of a bucket.",
        subcommands: [List.self, Get.self, Put.self, Remove.self],
        defaultSubcommand: List.self
    )

    /// Names a bucket, and the paths of its objects.
    struct Place: ParsableArguments {
        @Option(help: "The bucket; the primary one otherwise.")
        var bucket: String?

        var path: String { bucket.map { "/storage/buckets/\(URLText.encode($0))/objects" } ?? "/storage/objects" }

        func path(_ key: String) -> String { "\(path)/\(URLText.encode(key))" }
    }

    /// `lakehouse objects list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List objects by key.")

        @Argument(help: "What the keys begin with.")
        var prefix = ""

        @OptionGroup var place: Place
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                var table = TextTable(["KEY", "SIZE", "MODIFIED"])
                var cursor: String?
                repeat {
                    let next = cursor.map { "&cursor=\(URLText.encode($0))" } ?? ""
                    let query = "?limit=1000&prefix=\(URLText.encode(prefix))\(next)"
                    let page = try await client.json(.get, place.path + query)
                    for object in page["items"]?.array ?? [] {
                        if connection.json {
                            Terminal.say(object.compact)
                        } else {
                            table.rows.append(["key", "size", "modified_at"].map { object[$0]?.display ?? "" })
                        }
                    }
                    cursor = page["next_cursor"]?.string
                } while cursor != nil
                if connection.json { return }
                for line in table.lines(width: Terminal.width) { Terminal.say(line) }
            }
        }
    }

    /// `lakehouse objects get`.
    struct Get: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Write an object to standard output.")

        @Argument(help: "The object's key.")
        var key: String

        @OptionGroup var place: Place
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                try await client.stream(.get, place.path(key), accept: "application/octet-stream") { piece in
                    try FileHandle.standardOutput.write(contentsOf: Data(piece))
                }
            }
        }
    }

    /// `lakehouse objects put`.
    struct Put: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Write a file to an object.")

        @Argument(help: "The file.")
        var file: String

        @Argument(help: "The object's key.")
        var key: String

        @Flag(help: "Refuse when the key is taken.")
        var create = false

        @OptionGroup var place: Place
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let source = try FilePieces(path: file)
                let headers = create ? ["If-None-Match": "*"] : [:]
                let path = place.path(key)
                let object = try await client.upload(.put, path, headers: headers, length: source.size, source)
                if connection.json { return Terminal.say(object.compact) }
                Terminal.say("\(file) → \(object["bucket"]?.string ?? "")/\(key): \(Numbers.bytes(source.size))")
            }
        }
    }

    /// `lakehouse objects rm`.
    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "rm", abstract: "Remove an object.")

        @Argument(help: "The object's key.")
        var key: String

        @OptionGroup var place: Place
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let answer = try await client.json(.delete, place.path(key))
                Terminal.say(connection.json ? answer.compact : "removed \(key)")
            }
        }
    }
}

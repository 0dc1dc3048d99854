import Foundation

/// The lake as the servers of a run are told of it: where it is, a second bucket beside it, and where they may work.
struct TortureLake: Sendable {
    /// The lake itself, when it is a folder of this machine.
    let folder: String?
    /// Holds the settings of the servers and what they print; beside the lake, or, for one in S3, of this run alone.
    private let workplace: String

    static let otherBucket = "other"

    /// Makes the folders and writes the settings.
    ///
    /// - Throws: `TortureError`.
    init(_ settings: TortureSettings) throws {
        let isRemote = settings.lake.hasPrefix("s3://")
        folder = isRemote ? nil : URL(filePath: settings.lake).standardizedFileURL.path
        let temporary = FileManager.default.temporaryDirectory.appending(path: "lake-torture-\(UUID().uuidString)").path
        workplace = folder.map { $0 + "-torture" } ?? temporary
        let text = isRemote ? try Self.remote(settings) : Self.local(workplace)
        do {
            try FileManager.default.createDirectory(atPath: workplace, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(filePath: configuration))
        } catch {
            throw TortureError.unusableLake(reason: "there is no folder to work in beside it")
        }
    }

    var configuration: String { workplace + "/lakehouse.toml" }

    /// What a server has for its lake's folder; in S3 each has one of its own, as if it ran on its own machine.
    func folder(ofServer place: Int) -> String { folder ?? "\(workplace)/server-\(place)" }

    func log(ofServer place: Int) -> String { "\(workplace)/server-\(place).log" }

    /// What of a path or a key does not depend on where the lake is.
    func place(of path: Substring) -> Substring {
        for root in [workplace, folder ?? workplace] where path.hasPrefix(root + "/") {
            return path.dropFirst(root.count + 1)
        }
        return path.hasPrefix("/") ? "the lake's folder" : path
    }

    /// Makes everything two days older, when there is no server: what a sweep may take is older than a write takes.
    func age() {
        guard let folder else { return }
        let old = Date(timeIntervalSinceNow: -2 * 86_400)
        for root in [folder, workplace + "/" + Self.otherBucket] {
            let files = FileManager.default.enumerator(at: URL(filePath: root), includingPropertiesForKeys: nil)
            for case let file as URL in files ?? .init() {
                try? FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: file.path)
            }
        }
    }

    /// Removes what nobody needs after the run.
    func leave() {
        if folder == nil { try? FileManager.default.removeItem(atPath: workplace) }
    }

    private static func local(_ workplace: String) -> String {
        """
        [[storage.buckets]]
        name = "\(otherBucket)"
        root = "\(workplace)/\(otherBucket)"

        """
    }

    private static func remote(_ settings: TortureSettings) throws -> String {
        let parts = settings.lake.dropFirst("s3://".count).split(separator: "/", maxSplits: 1)
        guard let bucket = parts.first else { throw TortureError.unusableLake(reason: "its address names no bucket") }
        let prefix = parts.count > 1 ? String(parts[1]) : "lake"
        var service = "path_style = \(settings.endpoint != nil)\ncredentials = \"env:AWS\"\n"
        if let endpoint = settings.endpoint {
            service += "endpoint = \"\(endpoint)\"\nplain_http = \(endpoint.hasPrefix("http:"))\n"
        }
        if let region = settings.region { service += "region = \"\(region)\"\n" }
        return [("primary", prefix), (otherBucket, prefix + "-other")]
            .map { name, prefix in
                """
                [[storage.buckets]]
                name = "\(name)"
                kind = "s3"
                bucket = "\(bucket)"
                prefix = "\(prefix)"
                \(service)
                """
            }
            .joined(separator: "\n")
    }
}

import Foundation
import SwiftProtobuf

/// The .proto files this server is made of, as reflection describes them.
struct ProtoFiles: Sendable {
    /// The full names of all services.
    let services: [String]
    private let files: [String: Google_Protobuf_FileDescriptorProto]
    private let declaring: [String: String]

    /// Reads what the files declare.
    ///
    /// - Parameter descriptorSet: A serialized `google.protobuf.FileDescriptorSet`, with imports.
    /// - Throws: What decoding it throws.
    init(descriptorSet: Data) throws {
        let all = try Google_Protobuf_FileDescriptorSet(serializedBytes: descriptorSet).file
        var (services, declaring): ([String], [String: String]) = ([], [:])
        for file in all {
            let package = file.package.isEmpty ? "" : file.package + "."
            for service in file.service {
                services.append(package + service.name)
                declaring[package + service.name] = file.name
                for method in service.method { declaring[package + service.name + "." + method.name] = file.name }
            }
            for message in file.messageType { Self.note(message, under: package, in: file.name, &declaring) }
            for kind in file.enumType { declaring[package + kind.name] = file.name }
        }
        self.services = services.sorted()
        self.declaring = declaring
        files = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }
    }

    /// The file that declares a service, method, message or enum.
    func file(declaring symbol: String) -> String? { declaring[symbol] }

    /// A file and all it imports, serialized; empty when there is none of that name.
    func closure(ofFile name: String) -> [[UInt8]] {
        var (waiting, seen, found): ([String], Set<String>, [[UInt8]]) = ([name], [name], [])
        while let next = waiting.popLast() {
            guard let file = files[next], let bytes: [UInt8] = try? file.serializedBytes() else { continue }
            found.append(bytes)
            waiting += file.dependency.filter { seen.insert($0).inserted }
        }
        return found
    }

    private static func note(
        _ message: Google_Protobuf_DescriptorProto,
        under prefix: String,
        in file: String,
        _ declaring: inout [String: String]
    ) {
        declaring[prefix + message.name] = file
        for nested in message.nestedType { note(nested, under: prefix + message.name + ".", in: file, &declaring) }
        for kind in message.enumType { declaring[prefix + message.name + "." + kind.name] = file }
    }
}

import Foundation
import LakeStorage

/// The identifier of a lake, as its format file has it.
struct LakeIdentity: Decodable, Equatable {
    private var lakeID: String

    enum CodingKeys: String, CodingKey {
        case lakeID = "lake_id"
    }

    /// Nil when the store holds no lake.
    static func read(from store: any ObjectStore) async throws -> LakeIdentity? {
        do {
            let bytes = try await store.get(try ObjectKey(validating: "_lake/format.json"))
            return try? JSONDecoder().decode(LakeIdentity.self, from: Data(bytes))
        } catch StorageError.noSuchObject {
            return nil
        }
    }
}

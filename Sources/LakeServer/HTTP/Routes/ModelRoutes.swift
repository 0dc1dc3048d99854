import HTTPTypes
import Hummingbird
import LakeCore
import LakeEngine
import LakeSQL

extension RouteTable {
    static let modelRoutes = [
        Route(
            method: .post,
            path: "/ai/embed",
            name: "embed",
            summary: "Vectors for texts, in their order.",
            role: .reader,
            body: .json(embedRequest),
            answers: [.json("Embeddings", "One vector a text.")],
            handle: { call in
                let fields = try await call.fields()
                let (texts, model) = (try fields.strings("texts"), try fields.optionalString("model"))
                let (lakehouse, principal) = (call.lakehouse, try call.principal)
                let answer = try await ClientWatch.cancelling(on: call.context.channel) {
                    try await lakehouse.embed(texts: texts, model: model, for: principal)
                }
                return Reply.json(bytes: json(answer))
            }
        ),
        Route(
            method: .get,
            path: "/ai/models",
            name: "listModels",
            summary: "The models this server can use.",
            role: .reader,
            answers: [.list("Model", "The models.")],
            handle: { call in
                try Reply.json(ItemList(items: try await call.lakehouse.models(for: call.principal)))
            }
        ),
    ]

    private static let embedRequest = ObjectSchema(
        name: "EmbedRequest",
        fields: [
            Field("texts", SchemaText.array(SchemaText.string)),
            Field("model", SchemaText.string, "The server's own if not given.", optional: true),
        ],
        isClosed: true
    )

    /// Written by hand: thousands of numbers are too many for a general encoder.
    private static func json(_ answer: EmbedAnswer) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(answer.vectors.count * 12 + 256)
        let head = JSONValue.object(
            ("model", .string(answer.model)),
            ("digest", .string(answer.digest)),
            ("precision", .string(answer.precision)),
            ("dimensions", .integer(answer.dimensions)),
            ("tokens", .integer(answer.tokens)),
            ("truncated", .integer(answer.truncated))
        )
        head.append(to: &bytes)
        bytes.removeLast()
        bytes += #","embeddings":["#.utf8
        for start in stride(from: 0, to: answer.vectors.count, by: max(1, answer.dimensions)) {
            bytes += (start == 0 ? "[" : ",[").utf8
            for (number, value) in answer.vectors[start..<start + answer.dimensions].enumerated() {
                if number > 0 { bytes += ",".utf8 }
                bytes += value.description.utf8
            }
            bytes += "]".utf8
        }
        bytes += "]}".utf8
        return bytes
    }
}

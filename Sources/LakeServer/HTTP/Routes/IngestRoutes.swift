import HTTPTypes
import Hummingbird
import LakeCore
import LakeEngine
import LakeIngest
import NIOCore

extension RouteTable {
    static let ingestRoutes = [
        Route(
            method: .post,
            path: "/ingest/file",
            name: "ingestFile",
            summary: "Turns a file into rows of a dataset, in one commit.",
            role: .writer,
            query: IngestFields.parameters,
            headers: [.bucket],
            isRepeatable: true,
            body: .other(
                [("multipart/form-data", IngestFields.form)]
                    + RawFile.contentTypes.map { ($0, RawFile.schema) }
            ),
            answers: [.json("IngestResult", "What became of the file.", saysVersion: true)],
            handle: { call in
                let (lakehouse, principal) = (call.lakehouse, try call.principal)
                var file = try await ReceivedFile.receive(call)
                file.request.bucket = call.request.headers[.bucket]
                let result = try await ClientWatch.cancelling(on: call.context.channel) { [file] in
                    try await lakehouse.ingest(file.upload, file.request, for: principal)
                }
                return try Reply.json(result, version: result.version)
            }
        )
    ]
}

/// A file that has come in whole, and what is to be done with it.
struct ReceivedFile: Sendable {
    var upload: Upload
    var request: IngestRequest

    /// Takes the body of `call` in, no faster than the disk.
    ///
    /// What has been written is discarded if anything goes wrong.
    static func receive(_ call: Call) async throws -> ReceivedFile {
        let limit = call.doors.settings.lake.maxUploadBytes
        // A form is a little larger than its file; the upload itself counts exactly.
        if let announced = call.contentLength, announced > limit + (1 << 20) {
            throw ServerError.bodyTooLarge(limit: limit)
        }
        let form = try FormBoundary(call)
        let raw = form == nil ? try RawFile(call) : nil
        let upload = try await call.lakehouse.beginUpload(for: call.principal)
        do {
            guard let form else {
                let request = try IngestFields(call.query).request(fileName: raw?.fileName)
                try await receiveRaw(call, into: upload)
                return ReceivedFile(upload: upload, request: request)
            }
            return ReceivedFile(upload: upload, request: try await receiveForm(call, form, into: upload))
        } catch {
            await upload.discard()
            throw error
        }
    }

    /// Takes a body in that is a file by itself.
    static func receiveWhole(_ call: Call) async throws -> (upload: Upload, fileName: String) {
        let fileName = try RawFile(call).fileName ?? "file"
        if let announced = call.contentLength, announced > call.doors.settings.lake.maxUploadBytes {
            throw ServerError.bodyTooLarge(limit: call.doors.settings.lake.maxUploadBytes)
        }
        let upload = try await call.lakehouse.beginUpload(for: call.principal)
        do {
            try await receiveRaw(call, into: upload)
            return (upload, fileName)
        } catch {
            await upload.discard()
            throw error
        }
    }

    private static func receiveRaw(_ call: Call, into upload: Upload) async throws {
        var received = 0
        for try await buffer in call.request.body {
            received += buffer.readableBytes
            try await upload.write(Array(buffer.readableBytesView))
        }
        guard received == call.contentLength ?? received else { throw ServerError.bodyCutOff }
    }

    private static func receiveForm(
        _ call: Call,
        _ form: FormBoundary,
        into upload: Upload
    ) async throws -> IngestRequest {
        var parser = try MultipartParser(boundary: form.boundary)
        var reader = IngestForm(fields: IngestFields(call.query))
        for try await buffer in call.request.body {
            for event in try parser.feed(buffer.readableBytesView) {
                if let bytes = try reader.take(event) { try await upload.write(bytes) }
            }
        }
        try parser.finish()
        return try reader.request()
    }
}

/// The boundary of a form, when the body is one.
private struct FormBoundary {
    var boundary: String

    init?(_ call: Call) throws(ServerError) {
        guard call.contentType == "multipart/form-data" else { return nil }
        guard let header = call.request.headers[.contentType],
            let boundary = HeaderParameters(header)?.parameters["boundary"]
        else { throw .malformedMultipart(reason: "its Content-Type has no boundary") }
        self.boundary = boundary
    }
}

/// A body that is the file itself.
struct RawFile {
    /// Each with the ending its files have.
    private static let types = [
        "application/octet-stream": "", "text/csv": ".csv", "application/json": ".json",
        "application/x-ndjson": ".ndjson", "application/vnd.apache.parquet": ".parquet", "text/plain": ".txt",
        "text/markdown": ".md",
    ]

    static var contentTypes: [String] { types.keys.sorted() }

    static var schema: JSONValue { .object(("type", "string"), ("format", "binary")) }

    /// The name given, or the dataset's with the ending of the content type.
    var fileName: String?

    init(_ call: Call) throws(ServerError) {
        guard let ending = Self.types[call.contentType ?? "application/octet-stream"] else {
            throw .unsupportedContentType(
                given: call.contentType,
                accepted: ["multipart/form-data"] + Self.contentTypes
            )
        }
        fileName = call.query["name"] ?? call.query["dataset"].map { $0 + ending }
    }
}

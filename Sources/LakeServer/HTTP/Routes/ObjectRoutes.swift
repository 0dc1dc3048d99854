import HTTPTypes
import Hummingbird
import LakeCore
import LakeEngine
import NIOCore

extension RouteTable {
    /// The objects of a bucket that is named, and of the primary one.
    static let objectRoutes =
        objectRoutes("/storage/buckets/{bucket}/objects", "Bucket", "a bucket")
        + objectRoutes("/storage/objects", "", "the primary bucket")

    private static func objectRoutes(_ path: String, _ suffix: String, _ place: String) -> [Route] {
        let bytes = [(contentType: "application/octet-stream", schema: SchemaText.binary)]
        let content = Route.Answer(status: 200, description: "The object.", content: bytes, saysVersion: false)
        var part = content
        part.status = 206
        part.description = "The part that Range asks for."
        let head = Route.Answer(status: 200, description: "What is known of it.", content: [], saysVersion: false)
        return [
            Route(
                method: .get,
                path: path,
                name: "list\(suffix)Objects",
                summary: "The objects of \(place) by key, one page.",
                role: .admin,
                query: [
                    QueryParameter(
                        name: "prefix",
                        description: "What the keys begin with.",
                        schema: SchemaText.string
                    ), .limit, .cursor,
                ],
                answers: [.page("Object", "One page of objects.")],
                handle: listObjects
            ),
            objectRoute(.get, path, "get\(suffix)Object", "An object of \(place), or a part of it.", [content, part]) {
                call in try await readObject(call)
            },
            objectRoute(.head, path, "head\(suffix)Object", "What is known of an object of \(place).", [head]) {
                call in try await headObject(call)
            },
            objectRoute(
                .put,
                path,
                "put\(suffix)Object",
                "Writes an object of \(place); not where the lake keeps its own.",
                [.json("Object", "It is written.")],
                body: .other(bytes)
            ) { call in try await writeObject(call) },
            objectRoute(
                .delete,
                path,
                "delete\(suffix)Object",
                "Removes an object of \(place); nothing happens when it is absent.",
                [.json("ObjectRemoved", "It is not there.")]
            ) { call in try await deleteObject(call) },
        ]
    }

    private static func objectRoute(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ name: String,
        _ summary: String,
        _ answers: [Route.Answer],
        body: Route.Body = .none,
        _ handle: @escaping @Sendable (Call) async throws -> Response
    ) -> Route {
        Route(
            method: method,
            path: path + "/{key}",
            takesRest: true,
            name: name,
            summary: summary,
            role: .admin,
            headers: method == .get ? [.ifMatch, .ifNoneMatch, .range] : [.ifMatch, .ifNoneMatch],
            body: body,
            answers: answers,
            handle: handle
        )
    }

    private static let listObjects: @Sendable (Call) async throws -> Response = { call in
        try Reply.json(
            try await call.lakehouse.objects(
                in: try call.bucket,
                prefix: call.query["prefix"] ?? "",
                limit: try call.queryInteger("limit") ?? 100,
                cursor: call.query["cursor"],
                for: call.principal
            )
        )
    }

    private static func readObject(_ call: Call) async throws -> Response {
        let asked = ObjectHeaders(call.request)
        let reading = try await call.lakehouse.readObject(
            try call.rest(),
            in: try call.bucket,
            part: asked.part,
            if: try asked.readCondition(),
            for: call.principal
        )
        var headers = headers(of: reading.manifest)
        if try asked.isKnown(reading.manifest.etag) { return Response(status: .notModified, headers: headers) }
        headers[.contentLength] = String(reading.range.count)
        let isPart = asked.part != .whole
        if isPart {
            let (range, size) = (reading.range, reading.manifest.size)
            headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"
        }
        // Without a length of its own, or the answer would count as over before it is sent.
        let body = ResponseBody { writer in
            var piece = try await reading.next()
            while let present = piece {
                // Read while the one before is sent.
                async let following = reading.next()
                try await writer.write(ByteBuffer(bytes: present))
                piece = try await following
            }
            try await writer.finish(nil)
        }
        return Response(status: isPart ? .partialContent : .ok, headers: headers, body: body)
    }

    private static func headObject(_ call: Call) async throws -> Response {
        let asked = ObjectHeaders(call.request)
        let manifest = try await call.lakehouse.object(
            try call.rest(),
            in: try call.bucket,
            if: try asked.readCondition(),
            for: call.principal
        )
        var headers = headers(of: manifest)
        if try asked.isKnown(manifest.etag) { return Response(status: .notModified, headers: headers) }
        headers[.contentLength] = String(manifest.size)
        return Response(status: .ok, headers: headers)
    }

    private static func writeObject(_ call: Call) async throws -> Response {
        let manifest = try await call.lakehouse.writeObject(
            try call.rest(),
            in: try call.bucket,
            chunks: call.request.body.map { Array($0.readableBytesView) },
            size: call.contentLength,
            if: try ObjectHeaders(call.request).writeCondition(),
            for: call.principal
        )
        var response = try Reply.json(manifest)
        response.headers[.eTag] = quoted(manifest.etag)
        return response
    }

    private static func deleteObject(_ call: Call) async throws -> Response {
        try Reply.json(
            try await call.lakehouse.deleteObject(
                try call.rest(),
                in: try call.bucket,
                if: try ObjectHeaders(call.request).writeCondition(),
                for: call.principal
            )
        )
    }

    private static func headers(of manifest: ObjectManifest) -> HTTPFields {
        [
            .contentType: "application/octet-stream", .eTag: quoted(manifest.etag), .acceptRanges: "bytes",
            .lastModified: manifest.lastModified,
        ]
    }

    private static func quoted(_ etag: String) -> String { "\"\(etag)\"" }
}

extension Call {
    /// The bucket that the path names; nil for the primary one.
    fileprivate var bucket: String? {
        get throws(ServerError) { route.pathParameters.contains("bucket") ? try path("bucket") : nil }
    }
}

extension ObjectManifest {
    /// `modifiedAt` as HTTP writes dates.
    fileprivate var lastModified: String {
        let milliseconds = WallClock.milliseconds(rfc3339: modifiedAt) ?? 0
        return HTTPDate.string(seconds: milliseconds / 1000)
    }
}

import HTTPTypes
import Hummingbird
import LakeCore
import LakeEngine
import LakeTesting
import NIOCore
import Testing

@testable import LakeServer

@Suite struct AccessTests {
    /// Makes a key and gives its secret.
    private func key(_ server: TestServer, _ role: Principal.Role, by admin: String? = nil) async throws -> String {
        let answer = try await server.post("/access/keys", #"{"name":"\#(role)","role":"\#(role)"}"#, key: admin)
        try #require(answer.status == 201)
        return try #require(try answer.json["secret"]?.text)
    }

    @Test func firstKeyClosesTheServer() async throws {
        try await TestServer.run { server in
            #expect(try await server.get("/catalog/datasets").status == 200)
            let admin = try await key(server, .admin)
            let anonymous = try await server.get("/catalog/datasets")
            #expect(anonymous.status == 401)
            #expect(anonymous.headers[.wwwAuthenticate]?.hasPrefix("Bearer") == true)
            #expect(try anonymous.code == "credentials_missing")
            #expect(try await server.get("/catalog/datasets", key: admin).status == 200)
            let bearer = try await server.get("/catalog/datasets", headers: [.authorization: "bearer \(admin)"])
            #expect(bearer.status == 200)
        }
    }

    @Test func onlyProbesNeedNoKey() async throws {
        try await TestServer.run { server in
            _ = try await key(server, .admin)
            for route in RouteTable.routes {
                let path = route.pathParameters.reduce(route.path) { $0.replacing("{\($1)}", with: "none") }
                let answer = try await server.send(route.method, path)
                let isOpen = ["/health", "/ready", "/version"].contains(route.path)
                #expect((answer.status == 401) != isOpen, "\(route.method) \(route.path)")
            }
            #expect(try await server.get("/nothing").status == 401)
            #expect(try await server.send(.put, "/query/sql").status == 401)
        }
    }

    @Test(arguments: ["lk_wrong", "", " ", String(repeating: "k", count: 10000)])
    func unknownKeyIsRefused(_ secret: String) async throws {
        try await TestServer.run { server in
            _ = try await key(server, .admin)
            let answer = try await server.get("/catalog/datasets", key: secret)
            #expect(answer.status == 401)
            #expect(try answer.code == "credentials_unknown")
            #expect(!answer.text.contains(secret) || secret.allSatisfy(\.isWhitespace))
        }
    }

    @Test func unknownKeyIsRefusedEvenBeforeThereIsOne() async throws {
        try await TestServer.run { server in
            let answer = try await server.get("/catalog/datasets", key: "lk_wrong")
            #expect(answer.status == 401)
        }
    }

    @Test func revokedKeyIsRefused() async throws {
        try await TestServer.run { server in
            let admin = try await key(server, .admin)
            let reader = try await key(server, .reader, by: admin)
            #expect(try await server.get("/catalog/datasets", key: reader).status == 200)
            let keys = try await server.get("/access/keys", key: admin)
            #expect(!keys.text.contains(reader))
            let id = try #require(try keys.json["items"]?.items?.first { $0["name"]?.text == "reader" }?["id"]?.text)
            let revoked = try await server.delete("/access/keys/\(id)", key: admin)
            #expect(try revoked.json["revoked_at"] != nil)
            #expect(try await server.get("/catalog/datasets", key: reader).status == 401)
            #expect(try await server.delete("/access/keys/none", key: admin).status == 404)
        }
    }

    /// For every route: the roles below the one the document names are refused, that one is not.
    @Test func rolesAreAsTheDocumentSays() async throws {
        try await TestServer.run { server in
            let admin = try await key(server, .admin)
            let keys = [
                Principal.Role.admin: admin, .writer: try await key(server, .writer, by: admin),
                .reader: try await key(server, .reader, by: admin),
            ]
            for route in RouteTable.routes {
                guard let needed = route.role, route.path != "/catalog/verify" || needed == .writer else { continue }
                for (role, key) in keys {
                    let path = route.pathParameters.reduce(route.path) { $0.replacing("{\($1)}", with: "none") }
                    let (type, body) = Self.sample(route)
                    let headers: HTTPFields = type.isEmpty ? [:] : [.contentType: type]
                    // A demo is too much work for this test; that nobody below may load it is seen all the same.
                    if route.name == "loadDemo", role >= needed { continue }
                    let answer = try await server.send(route.method, path, key: key, headers: headers, body: body)
                    #expect((answer.status == 403) == (role < needed), "\(route.name) as \(role): \(answer.text)")
                    if role < needed { #expect(try answer.code == "not_allowed") }
                }
            }
        }
    }

    /// A body that a route takes, so that nothing but the role can be in the way.
    private static func sample(_ route: Route) -> (type: String, body: [UInt8]?) {
        let json: [String: String] = [
            "loadDemo": #"{"scale":"small"}"#, "query": #"{"sql":"SELECT 1"}"#, "embed": #"{"texts":[]}"#,
            "createIndex": #"{"name":"i","dataset":"d","text_columns":["t"]}"#, "search": #"{"index":"i","query":"q"}"#,
            "ask": #"{"question":"q"}"#, "createKey": #"{"name":"","role":"reader"}"#,
            "recordEvent": #"{"entity":"e","field":"f"}"#,
            "recordUpdate": #"{"entity":"e","changes":[{"field":"f"}]}"#,
            "sweepLake": #"{"dry_run":true}"#, "repairLake": "{}",
            "migrateBuckets": #"{"dataset":"d","bucket":"b"}"#,
        ]
        if route.name == "ingestFile" {
            let form = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\"\r\n\r\n\r\n--b--"
            return ("multipart/form-data; boundary=b", Array(form.utf8))
        }
        return json[route.name].map { ("application/json", Array($0.utf8)) } ?? ("", nil)
    }

    @Test func serverOthersCanReachNeedsAKey() async throws {
        let folder = try TemporaryFolder()
        var settings = TestServer.settings(folder)
        settings.host = "0.0.0.0"
        let refused = settings
        let error = await #expect(throws: ServerError.self) {
            try await LakeServer.run(refused, logger: TestServer.silent)
        }
        #expect(error == .keysNeeded(host: "0.0.0.0"))
        #expect(error?.detail.contains("lakehouse keys create") == true)
    }

    @Test func serverOthersCanReachAnswersNobodyWithoutAKey() async throws {
        try await TestServer.run({ $0.host = "0.0.0.0" }) { server in
            let refused = try await server.get("/catalog/datasets")
            #expect(refused.status == 401)
            let health = try await server.get("/health")
            #expect(health.status == 200)
        }
    }

    private func request(_ authority: String?, _ headers: HTTPFields = [:]) -> Request {
        let head = HTTPRequest(
            method: .post,
            scheme: "http",
            authority: authority,
            path: "/query/sql",
            headerFields: headers
        )
        return Request(head: head, body: RequestBody(buffer: ByteBuffer()))
    }

    @Test(arguments: ["localhost", "LOCALHOST:3100", "127.0.0.1", "127.0.0.1:1", "127.9.9.9", "[::1]", "[::1]:3100"])
    func localHostIsAnswered(_ authority: String) throws {
        try LocalRequests.check(request(authority))
        try LocalRequests.check(request(authority, [.origin: "http://\(authority)", .secFetchSite: "same-origin"]))
    }

    @Test(
        arguments: [
            nil, "", "example.org", "localhost.example.org", "127.0.0.1.example.org", "127.0.0.1:x", "127.0.0",
            "127.0.0.256",
            "127.0.0.1:99999", "[::2]", "[::1", "[::1]x", "::1", "10.0.0.1", "localhost:80:80", "user@localhost",
        ] as [String?]
    )
    func foreignHostIsRefused(_ authority: String?) {
        #expect(throws: ServerError.hostRefused) { try LocalRequests.check(request(authority)) }
    }

    @Test(arguments: [
        "http://example.org", "null", "https://localhost:3100", "http://localhost:3101", "http://127.0.0.1:3100",
    ])
    func pageOfAnotherOriginIsRefused(_ origin: String) {
        #expect(throws: ServerError.originRefused) {
            try LocalRequests.check(request("localhost:3100", [.origin: origin]))
        }
    }

    @Test(arguments: ["cross-site", "same-site", "x"])
    func requestMadeForAnotherSiteIsRefused(_ site: String) {
        #expect(throws: ServerError.originRefused) {
            try LocalRequests.check(request("localhost", [.secFetchSite: site]))
        }
    }
}

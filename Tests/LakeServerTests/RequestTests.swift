import HTTPTypes
import Hummingbird
import LakeCore
import LakeEngine
import NIOCore
import Testing

@testable import LakeServer

@Suite struct RequestTests {
    @Test func probesAnswer() async throws {
        try await TestServer.run { server in
            #expect(try await server.get("/health").text == #"{"status":"ok"}"#)
            #expect(try await server.get("/version").json["version"] == .string(LakeServer.version))
            let head = try await server.send(.head, "/health")
            #expect(head.status == 200)
            #expect(head.body.readableBytes == 0)
        }
    }

    @Test func everyAnswerNamesItsRequest() async throws {
        try await TestServer.run { server in
            let given = try await server.get("/health", headers: [.requestID: "abc-1._Z"])
            #expect(given.headers[.requestID] == "abc-1._Z")
            let long = String(repeating: "a", count: 129)
            for insane in ["", "a b", "a\"b", "é", long] {
                let answer = try await server.get("/nothing", headers: [.requestID: insane])
                let id = try #require(answer.headers[.requestID])
                #expect(id != insane)
                #expect(try answer.json["request_id"] == .string(id))
            }
        }
    }

    @Test func unknownPathIsAProblem() async throws {
        try await TestServer.run { server in
            for path in ["/", "/nothing", "/catalog", "/catalog/datasets/a/b/c", "/vectors/jobs/x/pause"] {
                let answer = try await server.get(path)
                #expect(answer.status == 404, "\(path)")
                #expect(try answer.code == "unknown_route")
            }
        }
    }

    @Test func wrongMethodIsToldWhatIsAllowed() async throws {
        try await TestServer.run { server in
            let answer = try await server.send(.put, "/catalog/datasets/by-name/people")
            #expect(answer.status == 405)
            #expect(answer.headers[.allow] == "GET, HEAD, DELETE")
            #expect(try await server.get("/query/sql").headers[.allow] == "POST")
        }
    }

    @Test func versionAtLeastIsWaitedFor() async throws {
        try await TestServer.run({ $0.versionWait = .milliseconds(50) }) { server in
            let ingested = try await server.ingest("a\n1\n", as: "t")
            let version = try #require(ingested.headers[.lakeVersion])
            #expect(try await server.get("/catalog/datasets", headers: [.versionAtLeast: version]).status == 200)
            let late = try await server.get("/catalog/datasets", headers: [.versionAtLeast: "999"])
            #expect(late.status == 412)
            #expect(try late.code == "version_not_reached")
            for wrong in ["x", "-1", "1.0"] {
                let answer = try await server.get("/catalog/datasets", headers: [.versionAtLeast: wrong])
                #expect(answer.status == 400, "\(wrong)")
                #expect(try answer.detail.contains("If-Version-At-Least"))
            }
        }
    }

    @Test func unknownParameterIsRefusedByName() async throws {
        try await TestServer.run { server in
            let answer = try await server.get("/catalog/datasets?limt=1")
            #expect(answer.status == 400)
            #expect(try answer.detail == "There is no field 'limt'; did you mean 'limit'?")
            #expect(try await server.get("/catalog/datasets?limit=1&limit=2").status == 400)
            #expect(try await server.get("/catalog/datasets?limit=x").status == 400)
            #expect(try await server.get("/catalog/datasets?limit=0").status == 400)
            #expect(try await server.get("/catalog/datasets?limit=%zz").status == 400)
            #expect(try await server.get("/health?x=1").status == 400)
        }
    }

    @Test func fullServerSaysSoButAnswersProbes() async throws {
        try await TestServer.run({ $0.requestsMax = 0 }) { server in
            let answer = try await server.get("/catalog/datasets")
            #expect(answer.status == 503)
            #expect(answer.headers[.retryAfter] == "1")
            #expect(try answer.code == "overloaded")
            #expect(try await server.get("/health").status == 200)
        }
    }

    @Test func placesAreGivenBack() async throws {
        try await TestServer.run({ $0.requestsMax = 1 }) { server in
            for (path, expected) in [("/catalog/datasets", 200), ("/nothing", 404)] {
                for _ in 0..<3 {
                    let status = try await server.get(path).status
                    #expect(status == expected)
                }
            }
        }
    }

    @Test func onlyJSONIsTakenWhereJSONIsNeeded() async throws {
        try await TestServer.run { server in
            let form = try await server.post(
                "/query/sql",
                "sql=x",
                headers: [.contentType: "application/x-www-form-urlencoded"]
            )
            #expect(form.status == 415)
            let none = try await server.send(.post, "/query/sql", body: Array("{}".utf8))
            #expect(none.status == 415)
            let parameter = try await server.post(
                "/query/sql",
                #"{"sql":"SELECT 1"}"#,
                headers: [.contentType: "Application/JSON; charset=utf-8"]
            )
            #expect(parameter.status == 200)
        }
    }

    @Test func wrongBodyIsRefusedWithItsPlace() async throws {
        try await TestServer.run { server in
            let cut = try await server.post("/query/sql", #"{"sql": "#)
            #expect(cut.status == 400)
            #expect(try cut.json["position"] == .object(("line", .number("1")), ("column", .number("9"))))
            #expect(try await server.post("/query/sql", "").status == 400)
            let unknown = try await server.post("/query/sql", #"{"sqll":"SELECT 1"}"#)
            #expect(try unknown.detail == "There is no field 'sqll'; did you mean 'sql'?")
            #expect(try unknown.json["field"]?.text == "sqll")
            #expect(try await server.post("/query/sql", "{}").detail == "The field 'sql' is missing.")
        }
    }

    @Test func bodyOverTheLimitIsRefused() async throws {
        try await TestServer.run({ $0.jsonBytesMax = 1000 }) { server in
            let body = #"{"sql":"SELECT '\#(String(repeating: "x", count: 1000))'"}"#
            let answer = try await server.post("/query/sql", body)
            #expect(answer.status == 413)
            #expect(try answer.code == "body_too_large")
        }
    }

    @Test func bugIsAnsweredWithoutItsCause() throws {
        struct Bug: Error { let secret = "hunter2" }
        let problem = ProblemDetails(Bug(), requestID: "r1")
        #expect(problem.status.code == 500)
        let text = String(decoding: problem.json.encoded, as: UTF8.self)
        #expect(!text.contains("hunter2"))
        #expect(text.contains("r1"))
        #expect(!ProblemDetails.isExpected(Bug()))
    }

    @Test(arguments: [
        (FailureKind.invalid, 400), (.unauthenticated, 401), (.forbidden, 403), (.notFound, 404), (.conflict, 409),
        (.tooLarge, 413), (.unsupported, 415), (.timedOut, 504), (.cancelled, 499), (.exhausted, 429),
        (.unavailable, 503), (.corrupt, 500), (.internal, 500),
    ])
    func everyKindHasItsStatus(_ kind: FailureKind, _ status: Int) {
        struct Failure: LakeFailure {
            var kind: FailureKind
            var detail: String { "It is so." }
        }
        let problem = ProblemDetails(Failure(kind: kind), requestID: "r")
        #expect(problem.status.code == status)
        #expect(problem.detail == "It is so.")
        #expect(problem.code == kind.rawValue)
    }
}

import Testing

@testable import LakeStorage

/// The examples that AWS publishes for Signature Version 4 in S3's authorization header.
@Suite struct S3SignatureTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var method: String
        var path: String
        var query = ""
        var headers: [String: String] = [:]
        var payload = ""
        var signature: String

        var testDescription: String { "\(method) \(path)?\(query)" }
    }

    static let examples = [
        Example(
            method: "GET",
            path: "/test.txt",
            headers: ["range": "bytes=0-9"],
            signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        ),
        Example(
            method: "PUT",
            path: "/test%24file.text",
            headers: ["date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"],
            payload: "Welcome to Amazon S3.",
            signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
        ),
        Example(
            method: "GET",
            path: "/",
            query: "lifecycle=",
            signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"
        ),
        Example(
            method: "GET",
            path: "/",
            query: "max-keys=2&prefix=J",
            signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
        ),
    ]

    static let credentials = S3Credentials(
        accessKeyID: "AKIAIOSFODNN7EXAMPLE",
        secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    )

    private func signature(_ example: Example) -> S3Signature {
        let payload = ContentHash.sha256(example.payload.utf8)
        let common = [
            "host": "examplebucket.s3.amazonaws.com", "x-amz-content-sha256": payload, "x-amz-date": "20130524T000000Z",
        ]
        return S3Signature(
            method: example.method,
            path: example.path,
            query: example.query,
            headers: example.headers.merging(common) { $1 }.map { ($0.key, $0.value) },
            payload: payload,
            region: "us-east-1",
            time: "20130524T000000Z"
        )
    }

    @Test(arguments: examples)
    func signaturesAreThePublishedOnes(example: Example) {
        #expect(signature(example).signature(Self.credentials) == example.signature)
    }

    @Test func theCanonicalRequestAndTheHeaderAreThePublishedOnes() {
        let signature = signature(Self.examples[0])
        let empty = ContentHash.sha256([])
        #expect(
            signature.canonicalRequest == """
                GET
                /test.txt

                host:examplebucket.s3.amazonaws.com
                range:bytes=0-9
                x-amz-content-sha256:\(empty)
                x-amz-date:20130524T000000Z

                host;range;x-amz-content-sha256;x-amz-date
                \(empty)
                """
        )
        #expect(
            signature.stringToSign == """
                AWS4-HMAC-SHA256
                20130524T000000Z
                20130524/us-east-1/s3/aws4_request
                7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972
                """
        )
        #expect(
            signature.authorization(Self.credentials)
                == "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=" + Self.examples[0].signature
        )
    }

    @Test func timesHaveTheFormOfSignatures() throws {
        #expect(try /\d{8}T\d{6}Z/.wholeMatch(in: S3Signature.now()) != nil)
    }

    @Test(arguments: [
        ("test$file.text", "test%24file.text"), ("a b/c+d", "a%20b/c%2Bd"), ("é", "%C3%A9"), ("-._~", "-._~"),
        ("(a)'!*", "%28a%29%27%21%2A"), ("a=b&c?d#e%", "a%3Db%26c%3Fd%23e%25"),
    ])
    func pathsAreEncodedOnce(path: String, encoded: String) {
        #expect(S3Encoding.encode(path, keepingSlashes: true) == encoded)
        #expect(S3Encoding.decode(encoded) == path)
    }

    @Test func whatIsNoEncodingIsRefused() {
        for text in ["%", "%4", "%zz", "%C3", "%FF%FE"] { #expect(S3Encoding.decode(text) == nil) }
        #expect(S3Encoding.decode("a+b%2B") == "a b+")
    }

    @Test func queriesAreSortedByTheirNames() {
        let query = S3Encoding.query([("prefix", "a/b c"), ("list-type", "2"), ("uploads", "")])
        #expect(query == "list-type=2&prefix=a%2Fb%20c&uploads=")
    }

    @Test func credentialsDoNotShowThemselves() {
        let credentials = S3Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "hush", sessionToken: "token")
        var dumped = ""
        dump(credentials, to: &dumped)
        for text in ["\(credentials)", String(reflecting: credentials), dumped] {
            for secret in ["hush", "token", "AKIDEXAMPLE"] { #expect(!text.contains(secret)) }
        }
    }
}

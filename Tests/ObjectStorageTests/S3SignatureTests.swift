import ObjectStorage
import Testing

/// The examples that AWS publishes ("Signature Calculations for the Authorization Header", S3 API reference).
struct S3SignatureTests {
    private static let signature = S3Signature(
        credentials: S3Credentials(
            accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        region: "us-east-1")
    /// 2013-05-24 00:00:00 UTC.
    private static let now: Int64 = 1_369_353_600

    private static func authorization(
        _ method: String, _ path: String, query: [(String, String)] = [], headers: [String: String] = [:],
        digest: String = S3Signature.emptyDigest
    ) -> String {
        var fields = headers
        fields["host"] = "examplebucket.s3.amazonaws.com"
        let signed = signature.headers(
            method: method, path: path, query: query, headers: fields, bodyDigest: digest, now: now)
        return signed["authorization"] ?? ""
    }

    @Test func signsARangeOfAnObject() {
        let found = Self.authorization("GET", "/test.txt", headers: ["range": "bytes=0-9"])
        #expect(
            found == "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
                + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
    }

    @Test func signsABody() {
        let found = Self.authorization(
            "PUT", "/" + S3Signature.encode("test$file.text"),
            headers: ["date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"],
            digest: "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072")
        #expect(found.hasSuffix("Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"))
    }

    @Test func signsAQueryWithoutAValue() {
        let found = Self.authorization("GET", "/", query: [("lifecycle", "")])
        #expect(found.hasSuffix("Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"))
    }

    @Test func signsAList() {
        let found = Self.authorization("GET", "/", query: [("prefix", "J"), ("max-keys", "2")])
        #expect(found.hasSuffix("Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"))
    }

    @Test(arguments: [
        ("a b", "a%20b"), ("a/b", "a%2Fb"), ("ü", "%C3%BC"), ("a-_.~", "a-_.~"), ("a+b=c&d", "a%2Bb%3Dc%26d"),
    ])
    func encodes(text: String, expected: String) {
        #expect(S3Signature.encode(text) == expected)
        #expect(S3Signature.encode("x/\(text)", keepingSlash: true).hasPrefix("x/"))
    }
}

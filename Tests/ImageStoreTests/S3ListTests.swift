import AsyncHTTPClient
import ObjectStorage
import Testing

/// Lists of an object storage that has no end of them.
struct S3ListTests {
    private static func client(_ server: TestWebServer) -> S3Client {
        S3Client(
            endpoint: S3Endpoint(url: server.url("")), bucket: "images",
            credentials: S3Credentials(accessKey: "AK", secretKey: "SK"), http: .shared, clock: { 0 })
    }

    private static func page(_ marker: String) -> TestWebServer.Answer {
        .body(Array("<List><IsTruncated>true</IsTruncated>\(marker)</List>".utf8))
    }

    @Test func leavesAListThatRepeatsAPage() async throws {
        let page = Self.page("<NextContinuationToken>t</NextContinuationToken>")
        let server = try await TestWebServer([
            "/images?list-type=2&prefix=": page, "/images?continuation-token=t&list-type=2&prefix=": page,
        ])
        let error = await #expect(throws: S3Error.self) {
            try await Self.client(server).forEachObject(prefix: "") { _ in }
        }
        #expect(error?.description.contains("the object storage's list has no end") == true)
        try await server.stop()
    }

    @Test func leavesAListOfPartsThatGoesOnAndOn() async throws {
        var answers = ["/images/key?uploadId=u": Self.page("<NextPartNumberMarker>1</NextPartNumberMarker>")]
        for number in 1...100 {
            answers["/images/key?part-number-marker=\(number)&uploadId=u"] = Self.page(
                "<NextPartNumberMarker>\(number + 1)</NextPartNumberMarker>")
        }
        let server = try await TestWebServer(answers)
        let error = await #expect(throws: S3Error.self) {
            try await Self.client(server).parts(of: "key", upload: "u")
        }
        #expect(error?.description.contains("the object storage's list has no end") == true)
        try await server.stop()
    }
}

import AsyncHTTPClient
import Foundation
import NIOCore
import ObjectStorage
import S3TestSupport
import Testing

/// Against a service that checks signatures.
@Suite(.serialized) struct S3ClientTests {
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    private static func client(
        _ service: S3Service, bucket: String = "images", accessKey: String = S3Service.accessKey,
        secretKey: String = S3Service.secretKey, offset: Int64 = 0
    ) -> S3Client {
        S3Client(
            endpoint: S3Endpoint(url: service.url), bucket: bucket,
            credentials: S3Credentials(accessKey: accessKey, secretKey: secretKey), http: http,
            clock: { Int64(Date().timeIntervalSince1970) + offset })
    }

    /// What kind of error a request ends with; nil where it does not end with one of the service's.
    private static func refusal(_ body: () async throws -> Void) async -> S3Error.Kind? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? S3Error)?.kind
        }
    }

    /// One service for all: it takes seconds to start.
    @Test func objectsPartsAndRefusals() async throws {
        let service = try await S3Service()
        defer { service.remove() }
        let client = Self.client(service)
        try await client.makeBucket()
        try await keepsObjects(client)
        try await listsObjects(client)
        try await makesAnObjectOfParts(client)
        try await goesOnWithAnUpload(service)
        try await refuses(service)
    }

    private func keepsObjects(_ client: S3Client) async throws {
        let bytes = ByteBuffer(bytes: (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
        for key in ["plain", "folder/a b+c=ü&d?e", "chunks/ab/cd/abcd"] {
            try await client.put(key, bytes)
            #expect(try await client.get(key, limit: 1 << 20) == bytes)
            #expect(try await client.size(of: key) == 100_000)
            let range = try await client.get(key, range: 10..<20)
            #expect(range == bytes.getSlice(at: 10, length: 10))
            try await client.remove(key)
            #expect(try await client.get(key, limit: 1 << 20) == nil)
            #expect(try await client.size(of: key) == nil)
            try await client.remove(key)
        }
        try await client.put("empty", ByteBuffer())
        #expect(try await client.get("empty", limit: 1) == ByteBuffer())
    }

    private func listsObjects(_ client: S3Client) async throws {
        for number in 0..<5 {
            try await client.put("list/\(number)", ByteBuffer(bytes: [UInt8](repeating: 1, count: number)))
        }
        try await client.put("other", ByteBuffer())
        var found: [S3Object] = []
        try await client.forEachObject(prefix: "list/") { found.append($0) }
        #expect(found.map(\.key) == (0..<5).map { "list/\($0)" })
        #expect(found.map(\.size) == [0, 1, 2, 3, 4])
    }

    private static let part = ByteBuffer(bytes: [UInt8](repeating: 7, count: 5 << 20))

    private func makesAnObjectOfParts(_ client: S3Client) async throws {
        let upload = try await client.beginUpload("whole")
        let first = try await client.sendPart(1, of: "whole", upload: upload, Self.part)
        let second = try await client.sendPart(2, of: "whole", upload: upload, ByteBuffer(string: "end"))
        #expect(try await client.parts(of: "whole", upload: upload) == [first, second])
        #expect(try await client.size(of: "whole") == nil)
        try await client.completeUpload("whole", upload: upload, parts: [second, first])
        #expect(try await client.size(of: "whole") == UInt64(Self.part.readableBytes + 3))
        #expect(
            try await client.get("whole", range: UInt64(5 << 20)..<UInt64((5 << 20) + 3)) == ByteBuffer(string: "end"))
        let given = try await client.beginUpload("given-up")
        try await client.abortUpload("given-up", upload: given)
        try await client.abortUpload("given-up", upload: given)
        #expect(await Self.refusal { _ = try await client.parts(of: "given-up", upload: given) } == .noSuchUpload)
    }

    /// A client that was killed begins anew with what the service has.
    private func goesOnWithAnUpload(_ service: S3Service) async throws {
        let upload = try await Self.client(service).beginUpload("resumed")
        _ = try await Self.client(service).sendPart(1, of: "resumed", upload: upload, Self.part)
        let next = Self.client(service)
        let parts = try await next.parts(of: "resumed", upload: upload)
        #expect(parts.map(\.number) == [1] && parts.map(\.size) == [Self.part.readableBytes])
        let last = try await next.sendPart(2, of: "resumed", upload: upload, ByteBuffer(string: "x"))
        try await next.completeUpload("resumed", upload: upload, parts: parts + [last])
        #expect(try await next.size(of: "resumed") == UInt64(Self.part.readableBytes + 1))
    }

    private func refuses(_ service: S3Service) async throws {
        let wrong = Self.client(service, secretKey: "wrong")
        #expect(await Self.refusal { try await wrong.put("a", ByteBuffer()) } == .denied)
        let unknown = Self.client(service, accessKey: "nobody")
        #expect(await Self.refusal { _ = try await unknown.get("plain", limit: 1) } == .denied)
        for offset in [-20 * 60, 20 * 60] as [Int64] {
            let late = Self.client(service, offset: offset)
            #expect(await Self.refusal { try await late.put("a", ByteBuffer()) } == .clockSkew)
        }
        let elsewhere = Self.client(service, bucket: "nowhere")
        #expect(await Self.refusal { try await elsewhere.put("a", ByteBuffer()) } == .noSuchBucket)
        #expect(await Self.refusal { _ = try await elsewhere.beginUpload("a") } == .noSuchBucket)
        service.stop()
        #expect(await Self.refusal { try await Self.client(service).put("a", ByteBuffer()) } == .temporary)
    }
}

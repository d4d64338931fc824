import AsyncHTTPClient
import NIOCore
import NIOPosix
import ObjectStorage
import Testing

/// A service that closes the connection of a request with a body before it has read it, and says why only without one.
struct LostRefusalTests {
    @Test(arguments: [
        ("SignatureDoesNotMatch", S3Error.Kind.denied), ("RequestTimeTooSkewed", .clockSkew),
        ("NoSuchBucket", .noSuchBucket),
        // Who may write need not be allowed to list.
        ("AccessDenied", .temporary), ("", .temporary),
    ])
    func isAskedForWithoutTheBody(code: String, kind: S3Error.Kind) async throws {
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        let port = try #require(server.channel.localAddress?.port)
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await server.executeThenClose { connections in
                    for try await connection in connections { try? await Self.answer(connection, code) }
                }
            }
            let error = await #expect(throws: S3Error.self) {
                try await HTTPClient.withHTTPClient { http in
                    let client = S3Client(
                        endpoint: S3Endpoint(url: "http://127.0.0.1:\(port)"), bucket: "images",
                        credentials: S3Credentials(accessKey: "key", secretKey: "secret"), http: http, clock: { 0 })
                    try await client.put("object", ByteBuffer(string: "bytes"))
                }
            }
            #expect(error?.kind == kind, "\(error?.description ?? "")")
            group.cancelAll()
        }
    }

    private static func answer(_ connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>, _ code: String) async throws {
        try await connection.executeThenClose { requests, answers in
            for try await request in requests {
                guard String(buffer: request).hasPrefix("GET ") else { return }
                let document = "<Error><Code>\(code)</Code></Error>"
                let head = "HTTP/1.1 403 Forbidden\r\nContent-Length: \(document.utf8.count)\r\n\r\n"
                try await answers.write(ByteBuffer(string: head + document))
                return
            }
        }
    }
}

package import AgentProtocol
package import AsyncHTTPClient
import FoundationEssentials
package import ImageFormat
package import NIOCore
import NIOHTTP1
import Synchronization

/// The server over HTTP: the routes of `AgentRoute`, with the session token as bearer.
package final class HTTPStageServer: StageServer {
    private let client: HTTPClient
    private let baseURL: String
    private let token = Mutex("")

    /// The largest answer that is taken in: a manifest of an image of some terabytes.
    private static let largestDocument = 64 << 20
    /// The largest frame of a chunk: the largest chunk and what zstd adds to bytes that do not compress.
    private static let largestChunk = 4 << 20 + 65536

    /// - Parameters:
    ///   - baseURL: `http://10.0.0.1:8080`, without a slash at its end.
    ///   - client: its owner shuts it down; `configuration` has its settings.
    package init(baseURL: String, client: HTTPClient) {
        self.baseURL = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
        self.client = client
    }

    /// How a client for this server is set up: connections are kept, nothing is unpacked or redirected.
    package static func configuration(connections: Int) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5), read: .seconds(30)),
            decompression: .disabled)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections + 2
        return configuration
    }

    package func greet(_ greeting: Greeting, bootToken: String) async throws -> Welcome {
        let welcome: Welcome = try await decoded(.POST, AgentRoute.greet, body: greeting, token: bootToken)
        token.withLock { $0 = welcome.sessionToken }
        return welcome
    }

    package func assignment() async throws -> Assignment { try await decoded(.GET, AgentRoute.assignment) }

    package func send(_ batch: EventBatch) async throws {
        _ = try await answer(.POST, AgentRoute.events, body: try encoded(batch))
    }

    package func report(_ result: DeploymentResult) async throws {
        _ = try await answer(.POST, AgentRoute.result, body: try encoded(result))
    }

    package func manifest(_ digest: ChunkDigest) async throws -> SignedDocument {
        try await decoded(.GET, AgentRoute.manifest(digest))
    }

    package func chunk(_ digest: ChunkDigest, afresh: Bool) async throws -> ByteBuffer {
        try await answer(.GET, AgentRoute.chunk(digest), limit: Self.largestChunk, afresh: afresh)
    }

    private func encoded(_ value: some Encodable) throws -> ByteBuffer {
        ByteBuffer(bytes: try JSONEncoder().encode(value))
    }

    private func decoded<Answer: Decodable>(_ method: HTTPMethod, _ path: String) async throws -> Answer {
        try Self.decode(await answer(method, path), path: path)
    }

    private func decoded<Answer: Decodable>(
        _ method: HTTPMethod, _ path: String, body: some Encodable, token: String
    ) async throws -> Answer {
        try Self.decode(await answer(method, path, body: try encoded(body), token: token), path: path)
    }

    private static func decode<Answer: Decodable>(_ buffer: ByteBuffer, path: String) throws(ServerError) -> Answer {
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(buffer.readableBytesView))
        } catch {
            throw .malformed("\(path): \(error)")
        }
    }

    private func answer(
        _ method: HTTPMethod, _ path: String, body: ByteBuffer? = nil, token: String? = nil,
        limit: Int = HTTPStageServer.largestDocument, afresh: Bool = false
    ) async throws -> ByteBuffer {
        var headers = HTTPHeaders()
        headers.add(name: "Authorization", value: "Bearer \(token ?? self.token.withLock { $0 })")
        // RFC 9111 section 5.2.1.4
        if afresh { headers.add(name: "Cache-Control", value: "no-cache") }
        if body != nil { headers.add(name: "Content-Type", value: "application/json") }
        let response: AnswerCollector.Response
        do {
            let request = try HTTPClient.Request(
                url: baseURL + path, method: method, headers: headers, body: body.map { .byteBuffer($0) })
            response = try await Self.cancellable(
                client.execute(
                    request: request, delegate: AnswerCollector(limit: limit), deadline: .now() + .seconds(120)))
        } catch let error as CancellationError {
            throw error
        } catch let error as NIOTooManyBytesError {
            throw ServerError.malformed("\(path): the answer is longer than \(limit) bytes (\(error))")
        } catch {
            if Task.isCancelled { throw CancellationError() }
            throw ServerError.unreachable("\(baseURL)\(path): \(error)")
        }
        try Self.check(response.status, response.content, path: path)
        return response.content
    }

    /// Waits for a request; cancelling this task cancels the request.
    private static func cancellable<Answer: Sendable>(_ request: HTTPClient.Task<Answer>) async throws -> Answer {
        try await withTaskCancellationHandler {
            try await request.get()
        } onCancel: {
            request.cancel()
        }
    }

    private static func check(
        _ status: HTTPResponseStatus, _ content: ByteBuffer, path: String
    ) throws(ServerError) {
        guard !(200..<300).contains(status.code) else { return }
        let code = Int(status.code)
        let reason = "\(path): \(problem(content) ?? status.reasonPhrase)"
        if code >= 500 || code == 408 || code == 429 { throw .unreachable("\(code), \(reason)") }
        throw .refused(status: code, reason: reason)
    }

    /// The detail of a problem document (RFC 9457), if that is what the server sent.
    private static func problem(_ content: ByteBuffer) -> String? {
        struct Problem: Decodable {
            let title: String?
            let detail: String?
        }
        let problem = try? JSONDecoder().decode(Problem.self, from: Data(content.readableBytesView))
        return problem?.detail ?? problem?.title
    }
}

import AsyncHTTPClient
import FoundationEssentials
import ImageFormat
import ImageStore
import NIOCore
import NIOHTTP1
import UserAPI

/// Asks the user API of another installation.
struct RegionClient: Sendable {
    let url: String
    let token: String
    private let http: HTTPClient
    private let patience: Duration

    /// How long a request is sent again that may succeed later: while somebody waits for its answer, and while a task does.
    static let shortPatience = Duration.seconds(5)
    static let longPatience = Duration.seconds(3600)
    private static let firstWait = Duration.milliseconds(300)
    private static let longestWait = Duration.seconds(30)
    /// Bytes of an answer: of a manifest, of a chunk, and of all else.
    private static let manifestBound = 64 << 20
    private static let chunkBound = 8 << 20
    private static let answerBound = 1 << 20

    /// Why a region did not do what it was asked.
    struct Refusal: Error, CustomStringConvertible {
        /// 0 where it could not be reached.
        let status: Int
        let description: String

        /// Whether it may succeed later.
        var isTemporary: Bool { status == 0 || status == 429 || status >= 500 }
    }

    init(url: String, token: String, http: HTTPClient, patience: Duration) {
        self.url = url
        self.token = token
        self.http = http
        self.patience = patience
    }

    func get<T: Decodable>(_ path: String, as type: T.Type = T.self) async throws -> T {
        try Self.decode(try await send(.GET, path))
    }

    /// - Parameter key: makes the region carry it out once, however often it is sent.
    func post<T: Decodable>(
        _ path: String, _ body: some Encodable, key: String, as type: T.Type = T.self
    ) async throws -> T {
        try Self.decode(try await send(.POST, path, body: ByteBuffer(bytes: jsonDocument(body)), key: key))
    }

    func delete(_ path: String) async throws { _ = try await send(.DELETE, path) }

    func chunk(_ digest: ChunkDigest) async throws -> ByteBuffer {
        try await send(.GET, APIRoute.chunk(digest), bound: Self.chunkBound)
    }

    func manifest(_ digest: ChunkDigest) async throws -> SignedDocument {
        try Self.decode(try await send(.GET, APIRoute.manifest(digest), bound: Self.manifestBound))
    }

    private static func decode<T: Decodable>(_ bytes: ByteBuffer) throws -> T {
        try JSONDecoder().decode(T.self, from: Data(bytes.readableBytesView))
    }

    private func send(
        _ method: HTTPMethod, _ path: String, body: ByteBuffer? = nil, key: String? = nil, bound: Int = answerBound
    ) async throws -> ByteBuffer {
        var request = HTTPClientRequest(url: url + path)
        request.method = method
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        if let key { request.headers.add(name: "Idempotency-Key", value: key) }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(body)
        }
        var wait = Self.firstWait
        let end = ContinuousClock.now + patience
        while true {
            do {
                return try await sendOnce(request, bound: bound)
            } catch let refusal as Refusal where refusal.isTemporary && ContinuousClock.now + wait < end {
                try await Task.sleep(for: wait)
                wait = min(wait * 2, Self.longestWait)
            }
        }
    }

    private func sendOnce(_ request: HTTPClientRequest, bound: Int) async throws -> ByteBuffer {
        let response: HTTPClientResponse
        let bytes: ByteBuffer
        do {
            response = try await http.execute(request, timeout: .seconds(60))
            bytes = try await response.body.collect(upTo: bound)
        } catch {
            try Task.checkCancellation()
            throw Refusal(status: 0, description: "the region at \(url) cannot be reached: \(error)")
        }
        guard (200..<300).contains(response.status.code) else {
            let problem = try? JSONDecoder().decode(ProblemDetails.self, from: Data(bytes.readableBytesView))
            throw Refusal(
                status: Int(response.status.code),
                description: "the region at \(url) says: "
                    + (problem?.description ?? response.status.description).cut(toBytes: 1000))
        }
        return bytes
    }

    /// Runs `body` with a client that is shut down afterwards.
    static func with<T>(
        url: String, token: String, patience: Duration = shortPatience, _ body: (RegionClient) async throws -> T
    ) async throws -> T {
        try await HTTPClient.withHTTPClient(configuration: .givingUp()) { http in
            try await body(RegionClient(url: url, token: token, http: http, patience: patience))
        }
    }
}

/// Chunks of a region's image.
struct RegionChunks: ChunkFetching {
    let client: RegionClient

    func frame(of chunk: ChunkDigest) async throws -> ByteBuffer { try await client.chunk(chunk) }
}

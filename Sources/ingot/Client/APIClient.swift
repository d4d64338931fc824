import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1
import UserAPI

/// The user API as the commands use it: every command of this program but `serve` goes through here.
struct APIClient: Sendable {
    private let base: String
    private let token: String
    private let client: HTTPClient
    /// JSON answers larger than this are refused, in bytes.
    private static let answerLimit = 64 << 20

    init(base: String, token: String) {
        self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
        self.token = token
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = .seconds(10)
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func shutdown() async throws { try await client.shutdown() }

    func get<T: Decodable>(_ path: String, as type: T.Type = T.self) async throws -> T {
        try await decode(send(.GET, path))
    }

    /// Every item of a list, page by page.
    func list<Item: Codable & Hashable & Sendable>(_ path: String, of type: Item.Type = Item.self) async throws
        -> [Item]
    {
        let query = path + (path.contains("?") ? "&" : "?") + "limit=500"
        var items: [Item] = []
        var next: String?
        repeat {
            let page: Page<Item> = try await get(next.map { "\(query)&after=\(APIRoute.segment($0))" } ?? query)
            items += page.items
            next = page.next
        } while next != nil
        return items
    }

    func post<T: Decodable>(_ path: String, _ body: some Encodable, as type: T.Type = T.self) async throws -> T {
        try await decode(send(.POST, path, json: body))
    }

    func post<T: Decodable>(_ path: String, as type: T.Type = T.self) async throws -> T {
        try await decode(send(.POST, path))
    }

    func patch<T: Decodable>(_ path: String, _ body: some Encodable, as type: T.Type = T.self) async throws -> T {
        try await decode(send(.PATCH, path, json: body))
    }

    func delete(_ path: String) async throws { _ = try await collect(send(.DELETE, path)) }

    func delete<T: Decodable>(_ path: String, answer: T.Type) async throws -> T {
        try await decode(send(.DELETE, path))
    }

    /// The body as text, for what is not JSON.
    func text(_ path: String) async throws -> String {
        String(buffer: try await collect(send(.GET, path)))
    }

    /// Sends a body piece by piece (PATCH).
    func upload<Pieces: AsyncSequence & Sendable, T: Decodable>(
        _ path: String, pieces: Pieces, length: Int64, as type: T.Type = T.self
    ) async throws -> T where Pieces.Element == ByteBuffer {
        var request = request(.PATCH, path)
        request.headers.add(name: "Content-Type", value: "application/octet-stream")
        request.body = .stream(pieces, length: .known(length))
        return try await decode(execute(request, timeout: .hours(24)))
    }

    /// The events of a deployment until the server ends the stream.
    func events(_ path: String, _ handle: (DeploymentEvent) async throws -> Void) async throws {
        let response = try await execute(request(.GET, path), timeout: .hours(24))
        guard response.status == .ok else { throw try await problem(response) }
        var parser = EventStreamParser()
        for try await piece in response.body {
            for event in try parser.append(piece) { try await handle(event) }
        }
    }

    private func request(_ method: HTTPMethod, _ path: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: base + path)
        request.method = method
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        return request
    }

    /// The body as it comes.
    func bytes(_ path: String) async throws -> ByteBuffer { try await collect(send(.GET, path)) }

    private func send(_ method: HTTPMethod, _ path: String) async throws -> HTTPClientResponse {
        try await execute(request(method, path), timeout: .seconds(60))
    }

    private func send(_ method: HTTPMethod, _ path: String, json: some Encodable) async throws -> HTTPClientResponse {
        var request = request(method, path)
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(json)))
        return try await execute(request, timeout: .seconds(60))
    }

    private func execute(_ request: HTTPClientRequest, timeout: TimeAmount) async throws -> HTTPClientResponse {
        do {
            return try await client.execute(request, timeout: timeout)
        } catch {
            throw ConnectionBroken(base: base, cause: "\(error)")
        }
    }

    private func collect(_ response: HTTPClientResponse) async throws -> ByteBuffer {
        guard (200..<300).contains(response.status.code) else { throw try await problem(response) }
        return try await response.body.collect(upTo: Self.answerLimit)
    }

    private func decode<T: Decodable>(_ response: HTTPClientResponse) async throws -> T {
        let body = try await collect(response)
        return try JSONDecoder().decode(T.self, from: Data(body.readableBytesView))
    }

    private func problem(_ response: HTTPClientResponse) async throws -> any Error {
        let body = try await response.body.collect(upTo: 1 << 20)
        if let problem = try? JSONDecoder().decode(ProblemDetails.self, from: Data(body.readableBytesView)) {
            return CommandError(problem.description)
        }
        return CommandError("the server answered \(response.status)")
    }
}

/// The server could not be reached, or the connection to it broke off.
struct ConnectionBroken: Error, CustomStringConvertible {
    let base: String
    let cause: String

    var description: String { "cannot reach the server at \(base) (\(cause)): is `ingot serve` running?" }
}

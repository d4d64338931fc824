import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1
import NetworkTypes

/// The boot listener over HTTP, as loaders and stages use it.
struct BootHTTP: Sendable {
    private let client: HTTPClient

    private static let timeout = TimeAmount.seconds(60)

    /// - Parameters:
    ///   - address: this machine's address that requests come from.
    ///   - connections: how many hosts may fetch at one time.
    init(from address: IPv4Address, connections: Int) {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(10), read: .seconds(30)),
            decompression: .disabled)
        configuration.httpVersion = .http1Only
        configuration.localAddress = "\(address)"
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func shutdown() async throws { try await client.shutdown() }

    /// Loads a file; throws where it is not all there, or empty.
    func load(_ url: String) async throws {
        let response = try await execute(HTTPClientRequest(url: url))
        try Self.requireOK(response, url)
        var count = 0
        for try await piece in response.body { count += piece.readableBytes }
        guard count > 0, count == Self.length(response) else {
            throw SimulationError("\(url): \(count) bytes came, Content-Length is \(Self.length(response) ?? -1)")
        }
    }

    /// Loads a text of up to 1 MiB.
    func text(_ url: String) async throws -> String {
        let response = try await execute(HTTPClientRequest(url: url))
        try Self.requireOK(response, url)
        return String(buffer: try await response.body.collect(upTo: 1 << 20))
    }

    /// Asks whether a file is there, without its body.
    func check(_ url: String) async throws {
        var request = HTTPClientRequest(url: url)
        request.method = .HEAD
        let response = try await execute(request)
        try Self.requireOK(response, url)
        guard Self.length(response) ?? 0 > 0 else { throw SimulationError("HEAD \(url): no Content-Length") }
    }

    /// Greets with a boot token.
    func greet(_ server: String, token: String, _ greeting: GreetingDocument) async throws -> GreetingAnswer {
        var request = HTTPClientRequest(url: server + "/agent/v1/greet")
        request.method = .POST
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(greeting)))
        let response = try await execute(request)
        let body = try await response.body.collect(upTo: 1 << 20)
        guard response.status == .ok else { return GreetingAnswer(status: response.status.code, welcome: nil) }
        let welcome = try JSONDecoder().decode(WelcomeDocument.self, from: Data(body.readableBytesView))
        return GreetingAnswer(status: response.status.code, welcome: welcome)
    }

    private func execute(_ request: HTTPClientRequest) async throws -> HTTPClientResponse {
        do {
            return try await client.execute(request, timeout: Self.timeout)
        } catch {
            throw SimulationError("\(request.method.rawValue) \(request.url): \(error)")
        }
    }

    private static func requireOK(_ response: HTTPClientResponse, _ url: String) throws(SimulationError) {
        guard response.status == .ok else { throw SimulationError("\(url): HTTP status \(response.status.code)") }
    }

    private static func length(_ response: HTTPClientResponse) -> Int? {
        response.headers.first(name: "Content-Length").flatMap { Int($0) }
    }
}

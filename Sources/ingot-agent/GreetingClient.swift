import AgentProtocol
import AsyncHTTPClient
import FoundationEssentials
import ImageFormat
import NIOCore
import NIOHTTP1
import StageAgent
import Synchronization

/// The part of the agent protocol that leads to an order.
final class GreetingClient: StageServer {
    private let server: String
    private let session = Mutex("")

    init(server: String) { self.server = server }

    func greet(_ greeting: Greeting, bootToken: String) async throws -> Welcome {
        let body = try Data(JSONEncoder().encode(greeting))
        let welcome = try decode(
            Welcome.self, await call(AgentRoute.greet, method: .POST, token: bootToken, body: ByteBuffer(bytes: body)))
        session.withLock { $0 = welcome.sessionToken }
        return welcome
    }

    func assignment() async throws -> Assignment {
        try decode(Assignment.self, await call(AgentRoute.assignment))
    }

    func send(_ batch: EventBatch) async throws { try await post(batch, to: AgentRoute.events) }

    func report(_ result: DeploymentResult) async throws { try await post(result, to: AgentRoute.result) }

    func manifest(_ digest: ChunkDigest) async throws -> SignedDocument {
        try decode(SignedDocument.self, await call(AgentRoute.manifest(digest)))
    }

    func chunk(_ digest: ChunkDigest) async throws -> ByteBuffer { try await call(AgentRoute.chunk(digest)) }

    private func post(_ value: some Encodable, to route: String) async throws {
        _ = try await call(route, method: .POST, body: ByteBuffer(bytes: JSONEncoder().encode(value)))
    }

    private func decode<Value: Decodable>(_ type: Value.Type, _ body: ByteBuffer) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(body.readableBytesView))
        } catch {
            throw ServerError.malformed("\(error)")
        }
    }

    private func call(
        _ route: String, method: HTTPMethod = .GET, token: String? = nil, body: ByteBuffer? = nil
    ) async throws -> ByteBuffer {
        var request = HTTPClientRequest(url: server + route)
        request.method = method
        request.headers.add(name: "authorization", value: "Bearer \(token ?? session.withLock { $0 })")
        if let body {
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(body)
        }
        do {
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
            let answer = try await response.body.collect(upTo: 8 << 20)
            switch response.status.code {
            case 200..<300: return answer
            case 400..<500:
                throw ServerError.refused(status: Int(response.status.code), reason: String(buffer: answer))
            default: throw ServerError.unreachable("\(response.status)")
            }
        } catch let error as ServerError {
            throw error
        } catch {
            throw ServerError.unreachable("\(error)")
        }
    }
}

/// Says that this agent has no phases.
struct NoCarrier: OrderCarrying {
    func carryOut(_ order: SignedDocument) async -> StageEnd {
        StageEnd(reason: "this agent cannot carry out orders yet", isFailure: true)
    }
}

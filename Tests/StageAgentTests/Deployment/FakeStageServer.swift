import AgentProtocol
import Crypto
import FoundationEssentials
import ImageFormat
import NIOCore
import StageAgent
import Synchronization

/// A server with one image, and with the faults that a test asks for.
final class FakeStageServer: StageServer {
    /// What goes wrong with a chunk; called with the number of the call, from 0 on.
    typealias Fault = @Sendable (_ frame: ByteBuffer, _ call: Int) throws -> ByteBuffer

    private let image: TestImage
    private let document: SignedDocument
    private let fault: Fault
    private let state = Mutex(
        (calls: 0, afresh: [Bool](), results: [DeploymentResult](), events: [AgentEvent]()))

    init(image: TestImage, document: SignedDocument, fault: @escaping Fault = { frame, _ in frame }) {
        self.image = image
        self.document = document
        self.fault = fault
    }

    var results: [DeploymentResult] { state.withLock { $0.results } }
    var events: [AgentEvent] { state.withLock { $0.events } }

    /// For each chunk that was asked for, in turn, whether no cache might answer.
    var askedAfresh: [Bool] { state.withLock { $0.afresh } }

    func greet(_ greeting: Greeting, bootToken: String) async throws -> Welcome {
        throw ServerError.refused(status: 500, reason: "nobody greets here")
    }

    func assignment() async throws -> Assignment { .wait(reason: "", retryAfter: 1) }

    func send(_ batch: EventBatch) async throws { state.withLock { $0.events += batch.events } }

    func report(_ result: DeploymentResult) async throws { state.withLock { $0.results.append(result) } }

    func manifest(_ digest: ChunkDigest) async throws -> SignedDocument { document }

    func chunk(_ digest: ChunkDigest, afresh: Bool) async throws -> ByteBuffer {
        let call = state.withLock { state in
            defer { state.calls += 1 }
            state.afresh.append(afresh)
            return state.calls
        }
        guard let frame = image.frames[digest] else { throw ServerError.refused(status: 404, reason: "no such chunk") }
        return try fault(frame, call)
    }
}

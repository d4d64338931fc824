package import AgentProtocol
package import ImageFormat
package import NIOCore

/// The server as a stage sees it. Every call may throw `ServerError`.
package protocol StageServer: Sendable {
    /// Presents the boot token; all later calls use the session token of the answer.
    func greet(_ greeting: Greeting, bootToken: String) async throws -> Welcome
    /// Asks what to do now.
    func assignment() async throws -> Assignment
    /// Reports events, oldest first.
    func send(_ batch: EventBatch) async throws
    /// Reports how the order ended.
    func report(_ result: DeploymentResult) async throws
    /// The signed manifest with this digest; neither digest nor signature is checked yet.
    func manifest(_ digest: ChunkDigest) async throws -> SignedDocument
    /// The zstd frame of a chunk; its digest is not checked yet.
    /// - Parameter afresh: whether no cache may answer, as the frame that came before was wrong.
    func chunk(_ digest: ChunkDigest, afresh: Bool) async throws -> ByteBuffer
}

/// Why the server gave no answer.
package enum ServerError: Error, Sendable {
    /// No connection, a time-out, a 5xx: worth another try.
    case unreachable(String)
    /// The server refused: the token is void, the order is gone. Never worth another try with the same token.
    case refused(status: Int, reason: String)
    /// The answer could not be understood.
    case malformed(String)
}

/// Where a running deployment tells what it does: the console, and the server's event stream.
package protocol DeploymentReporter: Sendable {
    func report(_ event: AgentEvent)
}

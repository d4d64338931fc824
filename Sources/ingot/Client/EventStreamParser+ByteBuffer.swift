import NIOCore
import UserAPI

extension EventStreamParser {
    /// The events that a piece of a response's body completes.
    mutating func append(_ piece: ByteBuffer) throws -> [DeploymentEvent] { try append(piece.readableBytesView) }
}

/// How a transfer ended.
package enum TFTPOutcome: Hashable, Sendable {
    /// The client acknowledged the last block.
    case completed
    /// The client sent an ERROR; firmware does so on purpose after it has learnt a file's size.
    case refusedByClient(TFTPError)
    /// The client sent something other than an acknowledgement.
    case protocolError(TFTPError)
    /// Nothing came after the request: nobody needs to hear of it, because its source address may be forged.
    case unanswered
    /// No answer after all repetitions.
    case stalled(afterBlock: Int)
    /// The client's port is closed.
    case clientGone(afterBlock: Int)
    /// Answers came, but the whole took too long.
    case tooSlow(afterBlock: Int)
    /// The server ended first.
    case serverStopped

    /// The ERROR packet that the client is to get.
    package var error: TFTPError? {
        switch self {
        case .completed, .refusedByClient, .unanswered, .clientGone: nil
        case .protocolError(let error): error
        case .stalled: TFTPError(.notDefined, "no acknowledgement came in time")
        case .tooSlow: TFTPError(.notDefined, "the transfer took too long")
        case .serverStopped: TFTPError(.notDefined, "the server stops")
        }
    }
}

extension TFTPOutcome: CustomStringConvertible {
    package var description: String {
        switch self {
        case .completed: "completed"
        case .refusedByClient(let error): "ended by the client: \(error)"
        case .protocolError(let error): "refused: \(error)"
        case .unanswered: "stalled: the first packet was not acknowledged"
        case .stalled(let block): "stalled: no acknowledgement after block \(block)"
        case .clientGone(let block): "the client closed its port after block \(block)"
        case .tooSlow(let block): "too slow: ended after block \(block)"
        case .serverStopped: "the server stopped"
        }
    }
}

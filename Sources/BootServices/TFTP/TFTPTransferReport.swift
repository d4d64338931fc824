import TFTP

/// How a transfer ended, for the log and the timeline.
struct TFTPTransferReport: Sendable {
    let outcome: TFTPOutcome
    /// Octets that the client acknowledged.
    let bytes: Int
    /// Octets of the file.
    let size: Int
    /// Octets in each block but the last.
    let blockSize: Int
}

extension TFTPOutcome {
    /// The outcome's name in metrics.
    var label: String {
        switch self {
        case .completed: "completed"
        case .refusedByClient: "refused_by_client"
        case .protocolError: "protocol_error"
        case .unanswered: "unanswered"
        case .stalled: "stalled"
        case .clientGone: "client_gone"
        case .tooSlow: "too_slow"
        case .serverStopped: "server_stopped"
        }
    }
}

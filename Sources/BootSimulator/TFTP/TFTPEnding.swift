/// How a simulated host's TFTP transfer ended.
package enum TFTPEnding: Hashable, Sendable {
    /// All octets came.
    case complete(Int)
    /// The server sent an ERROR packet.
    case refused(code: UInt16, message: String)
    /// The server broke the protocol.
    case garbled(String)
    /// Nothing more came from the server.
    case silent
}

extension TFTPEnding: CustomStringConvertible {
    package var description: String {
        switch self {
        case .complete(let count): "\(count) octets came"
        case .refused(let code, let message): "TFTP error \(code) (\(message))"
        case .garbled(let reason): "broken TFTP: \(reason)"
        case .silent: "the TFTP server is silent"
        }
    }
}

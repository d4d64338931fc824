import NetworkTypes

/// How a datagram came to the server.
struct DatagramSource: Hashable, Sendable {
    /// The server's port.
    var port: ServerPort
    /// The sender's address; `0.0.0.0` where it has none yet.
    var senderAddress: IPv4Address
    var senderPort: UInt16
}

import NIOCore
import TFTP

/// A read request and the address and port that its client chose for the transfer.
struct TFTPClientRequest: Sendable {
    let client: SocketAddress
    let request: TFTPRequest
    /// Octets of the request's datagram.
    let size: Int

    /// The name to look up: clients that take the root for `/` mean the same file.
    var file: String { String(request.file.drop { $0 == "/" }) }

    /// Client and file for a log line, without characters that could forge one.
    var description: String {
        let name = request.file.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? "?" : String($0) }.joined()
        return "tftp \(client.ipAddress ?? "?"):\(client.port ?? 0) '\(name.prefix(128))'"
    }
}

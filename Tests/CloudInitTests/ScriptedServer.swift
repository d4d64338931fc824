import Foundation
import Glibc
import Synchronization

/// An HTTP server on loopback that gives the answers it was told to, one a connection, and keeps what it was asked.
final class ScriptedServer: Sendable {
    let port: UInt16
    private let socket: Int32
    private let kept = Mutex<[String]>([])

    init() throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = socket
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 8) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        guard bound else { throw SocketError(code: errno) }
    }

    deinit { close(socket) }

    struct SocketError: Error { let code: Int32 }

    /// The requests so far, head and body.
    var requests: [String] { kept.withLock(\.self) }

    /// Answers as many connections as there are statuses; 0 closes without an answer.
    func answer(_ statuses: [Int]) {
        for status in statuses {
            let connection = accept(socket, nil, nil)
            guard connection >= 0 else { return }
            let request = Self.readRequest(connection)
            kept.withLock { $0.append(request) }
            let text =
                "HTTP/1.1 \(status) X\r\nLocation: /elsewhere\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
            if status != 0 { _ = text.withCString { write(connection, $0, strlen($0)) } }
            close(connection)
        }
    }

    private static func readRequest(_ connection: Int32) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let head = text.range(of: "\r\n\r\n"), let field = text.range(of: "Content-Length: ") {
                let length = Int(text[field.upperBound...].prefix { $0.isNumber }) ?? 0
                if text[head.upperBound...].utf8.count >= length { return text }
            }
            let count = read(connection, &buffer, buffer.count)
            guard count > 0 else { return text }
            bytes += buffer[..<count]
        }
    }
}

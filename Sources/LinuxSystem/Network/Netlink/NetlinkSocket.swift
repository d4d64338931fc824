import CLinux
import Glibc

/// An rtnetlink socket in the network namespace of the thread that opens it.
final class NetlinkSocket: NetlinkTransport {
    private let descriptor: Int32

    init() throws(NetworkError) {
        let result = ingot_netlink_socket()
        guard result >= 0 else { throw NetworkError("opening a netlink socket", code: -result) }
        descriptor = result
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8]) throws(NetworkError) {
        let sent = Glibc.send(descriptor, bytes, bytes.count, 0)
        guard sent == bytes.count else { throw NetworkError("sending to netlink", code: errno) }
    }

    func receive() throws(NetworkError) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count >= 0 else { throw NetworkError("receiving from netlink", code: errno) }
        return Array(buffer[..<count])
    }
}

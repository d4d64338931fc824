import CLinux

/// UDP sockets for servers that speak on one interface only.
package enum BoundUDPSocket {
    /// Opens a UDP socket on `port` of every address, bound to the interface (SO_BINDTODEVICE), which may broadcast.
    /// The caller owns the descriptor.
    package static func open(interface: String, port: UInt16) throws(NetworkError) -> Int32 {
        let result = ingot_udp_socket(interface, port)
        guard result >= 0 else { throw NetworkError("opening UDP port \(port) on \(interface)", code: -result) }
        return result
    }
}

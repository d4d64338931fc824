import Glibc
import LinuxSystem

/// Keeps an interface promiscuous for as long as it lives: a network card would drop frames to the addresses of
/// simulated hosts.
final class PromiscuousMode: Sendable {
    private let descriptor: Int32

    // linux/socket.h and linux/if_packet.h.
    private static let packetLevel: Int32 = 263
    private static let addMembership: Int32 = 1
    private static let promiscuous: UInt16 = 1

    init(on interface: NetworkInterface) throws(SimulationError) {
        let descriptor = socket(AF_PACKET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Self.failure(interface) }
        // struct packet_mreq: the interface's index, the kind, and an address of 8 octets that this kind does not use.
        var request = withUnsafeBytes(of: interface.index) { Array($0) }
        request += withUnsafeBytes(of: Self.promiscuous) { Array($0) } + Array(repeating: 0, count: 10)
        let size = socklen_t(request.count)
        guard setsockopt(descriptor, Self.packetLevel, Self.addMembership, request, size) == 0 else {
            let failure = Self.failure(interface)
            close(descriptor)
            throw failure
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    private static func failure(_ interface: NetworkInterface) -> SimulationError {
        SimulationError("making \(interface.name) promiscuous: \(String(cString: strerror(errno)))")
    }
}

import LinuxSystem
import NIOCore
import NetworkTypes
import Synchronization

/// How many packets of a window go to the kernel in one write, which it or the card cuts (UDP_SEGMENT, udp(7)).
///
/// Linux before 6.11 refuses such a write where the way out computes no checksums, and NIO closes the socket then: so
/// the interface is asked first, and after one refusal nobody tries again.
final class SegmentationOffload: Sendable {
    /// UDP_MAX_SEGMENTS.
    private static let maximumPackets = 64
    /// Octets of UDP payload in an IPv4 packet.
    private static let maximumPayload = 65507
    /// IPv4 without options, and UDP.
    private static let headers = 28
    /// IP_MTU of ip(7): the path MTU of a connected socket.
    private static let pathMTU = ChannelOptions.Types.SocketOption(
        level: .ip, name: NIOBSDSocket.Option(rawValue: 14))

    private let isUsable: Mutex<Bool>

    /// For transfers from this address of the machine.
    init(at address: IPv4Address) {
        isUsable = Mutex((try? NetworkInterfaces().computesChecksums(at: address)) ?? false)
    }

    /// Packets in a write on this connected channel, for packets of `size` octets; 1 where the kernel cuts nothing.
    func packets(of size: Int, on channel: any Channel) async -> Int {
        guard isUsable.withLock({ $0 }), let mtu = try? await channel.getOption(Self.pathMTU).get(),
            size + Self.headers <= Int(mtu)
        else { return 1 }
        return max(min(Self.maximumPackets, Self.maximumPayload / size), 1)
    }

    /// The kernel refused a write.
    func fail() { isUsable.withLock { $0 = false } }
}

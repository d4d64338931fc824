import LinuxSystem
import NetworkTypes
import Synchronization

/// The network on which all simulated hosts are: sends their frames and hands every answer to the host it is for.
final class HostLink: Sendable {
    /// An answer and how it came.
    struct Arrival: Sendable {
        let answer: ServerAnswer
        /// Who sent the frame.
        let sender: MACAddress?
        let at: ContinuousClock.Instant
    }

    private let socket: PacketSocket
    private let promiscuousMode: PromiscuousMode
    private let mailboxes = Mutex<[MACAddress: AsyncStream<Arrival>.Continuation]>([:])

    init(on interface: NetworkInterface) throws {
        promiscuousMode = try PromiscuousMode(on: interface)
        socket = try PacketSocket(on: interface, type: .ipv4, udpPort: 68)
    }

    /// Sends a DHCP message. The frame bears the hardware address of the interface; chaddr tells the host.
    func send(
        _ message: [UInt8], from source: IPv4Address = .any, to server: IPv4Address = .broadcast,
        mac: MACAddress = .broadcast
    ) throws {
        let datagram = Datagram(
            source: source, sourcePort: 68, destination: server, destinationPort: 67, payload: message)
        try socket.send(datagram.encoded, to: mac)
    }

    /// The answers to a host from now on; one that was opened before ends.
    func answers(to mac: MACAddress) -> AsyncStream<Arrival> {
        let (stream, continuation) = AsyncStream.makeStream(of: Arrival.self, bufferingPolicy: .bufferingNewest(16))
        let old = mailboxes.withLock { $0.updateValue(continuation, forKey: mac) }
        old?.finish()
        return stream
    }

    /// Ends the answers to a host.
    func close(_ mac: MACAddress) {
        let old = mailboxes.withLock { $0.removeValue(forKey: mac) }
        old?.finish()
    }

    /// Takes packets in until the task is cancelled.
    func run() async throws {
        while true {
            while let packet = try socket.receive() { deliver(packet) }
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    private func deliver(_ packet: PacketSocket.Packet) {
        let now = ContinuousClock.now
        guard let datagram = Datagram(packet.bytes, checksumIsComplete: packet.checksumIsComplete),
            datagram.sourcePort == 67, let answer = try? ServerAnswer(datagram.payload)
        else { return }
        let mailbox = mailboxes.withLock { $0[answer.mac] }
        mailbox?.yield(Arrival(answer: answer, sender: packet.source, at: now))
    }
}

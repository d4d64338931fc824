import Glibc
import LinuxSystem
import Logging
import NetworkTestSupport
import NetworkTypes
import PacketCapture
import Synchronization
import Testing

/// The real capture in one network namespace, its packets from another. Needs root.
@Suite(.timeLimit(.minutes(1)))
struct PacketCaptureServiceTests {
    @Test func thePacketsOfAHostAreFoundInItsRing() async throws {
        try await Self.capture { network, rings in
            let host = try #require(
                try network.inside(.client) { try NetworkInterfaces().named(TestNetwork.interface).mac })
            let sender = try network.inside(.client) { try Sender() }
            let payload = [UInt8](repeating: 7, count: 300)
            let send = {
                // So that the client has to ask for the server's hardware address again.
                try network.run(on: .client, "neighbour", "flush", "dev", TestNetwork.interface)
                sender.send(payload, to: 69)
            }
            let packets = try await Self.packets(of: host, in: rings, sending: send) { packets in
                packets.contains { $0.isUDP } && packets.contains { $0.isARP }
            }
            let datagram = try #require(packets.first { $0.isUDP })
            #expect(datagram.length == 14 + 20 + 8 + 300)
            #expect(datagram.bytes.count == 170)
            #expect(Array(datagram.bytes[6..<12]) == host.bytes)
            #expect(Array(datagram.bytes[42...]) == [UInt8](repeating: 7, count: 128))
            #expect(datagram.seconds > 1_700_000_000)
        }
    }

    @Test func aDHCPMessageIsFoundUnderItsClient() async throws {
        try await Self.capture { network, rings in
            let sender = try network.inside(.client) { try Sender() }
            let message = Frames.bootp(client: Frames.mac(9))
            let packets = try await Self.packets(
                of: Frames.mac(9), in: rings, sending: { sender.send(message, to: 67) }, until: { !$0.isEmpty })
            let first = try #require(packets.first)
            #expect(Array(first.bytes.suffix(300)) == message)
        }
    }

    @Test func ofOthersThanHostsOnlyTheMessagesOfFirmwareAreKept() async throws {
        try await Self.capture(of: Frames.mac(9)) { network, rings in
            let sender = try network.inside(.client) { try Sender() }
            let firmware: [UInt8] = [53, 1, 1, 60, 9] + Array("PXEClient".utf8) + [255]
            let send = {
                sender.send(Frames.bootp(client: Frames.mac(7)), to: 67)
                sender.send(Frames.bootp(client: Frames.mac(8), options: firmware), to: 67)
                sender.send(Frames.bootp(client: Frames.mac(9)), to: 67)
            }
            let packets = try await Self.packets(of: Frames.mac(9), in: rings, sending: send) { $0.count > 1 }
            #expect(packets.count > 1)
            #expect(!rings.packets(of: [Frames.mac(8)]).isEmpty)
            #expect(rings.packets(of: [Frames.mac(7)]).isEmpty)
        }
    }

    @Test func whatOthersSayToDHCPClientsIsTold() async throws {
        let heard = Mutex<[(packet: [UInt8], sender: MACAddress)]>([])
        let hear = { @Sendable (packet: [UInt8], sender: MACAddress) in
            heard.withLock { $0.append((packet, sender)) }
        }
        try await Self.capture(of: Frames.mac(9), heard: hear) { network, rings in
            let client = try #require(
                try network.inside(.client) { try NetworkInterfaces().named(TestNetwork.interface).mac })
            let server = try #require(
                try network.inside(.server) { try NetworkInterfaces().named(TestNetwork.interface).mac })
            let theirs = try network.inside(.client) { try Sender() }
            let own = try network.inside(.server) { try Sender() }
            let message = Frames.bootp(client: Frames.mac(9))
            let send = {
                own.send(message, to: 68, at: IPv4Address(10, 77, 0, 2))
                theirs.send(message, to: 67)
                theirs.send(message, to: 68)
            }
            let packets = try await Self.packets(of: Frames.mac(9), in: rings, sending: send) { packets in
                packets.contains { $0.isFrom(server) } && heard.withLock { !$0.isEmpty }
            }
            #expect(packets.contains { $0.isFrom(server) })
            let told = heard.withLock { $0 }
            #expect(!told.isEmpty)
            for (packet, sender) in told {
                #expect(sender == client && packet.count == 20 + 8 + 300)
                #expect(Array(packet[20..<24].suffix(2)) == [0, 68] && Array(packet.suffix(300)) == message)
            }
        }
    }

    @Test func anInterfaceThatIsNotThereIsNamed() {
        let error = #expect(throws: PacketCaptureError.self) {
            try PacketSource.open(interface: "ingot-none", httpPort: 8080)
        }
        #expect(error?.description.contains("ingot-none") == true)
    }

    /// Captures on the server's end while `body` runs: the packets of all, or of one host.
    private static func capture(
        of host: MACAddress? = nil, heard: @escaping @Sendable ([UInt8], MACAddress) -> Void = { _, _ in },
        _ body: @Sendable (TestNetwork, PacketRings) async throws -> Void
    ) async throws {
        let network = try TestNetwork()
        defer { network.remove() }
        try network.run(on: .client, "address", "add", "10.77.0.2/24", "dev", TestNetwork.interface)
        let rings = PacketRings()
        let service = PacketCaptureService(
            rings: rings, follows: { host == nil || $0 == host }, heard: heard, log: Logger(label: "capture")
        ) {
            try network.inside(.server) { try PacketSource.open(interface: TestNetwork.interface, httpPort: 8080) }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            try await body(network, rings)
            group.cancelAll()
        }
    }

    /// Sends again and again, because nobody tells when the capture has begun.
    private static func packets(
        of host: MACAddress, in rings: PacketRings, sending: () throws -> Void,
        until isEnough: ([CapturedPacket]) -> Bool
    ) async throws -> [CapturedPacket] {
        for _ in 0..<500 {
            let packets = rings.packets(of: [host])
            if isEnough(packets) { return packets }
            try sending()
            try await Task.sleep(for: .milliseconds(10))
        }
        return rings.packets(of: [host])
    }
}

extension CapturedPacket {
    fileprivate func isFrom(_ mac: MACAddress) -> Bool { Array(bytes[6..<12]) == mac.bytes }

    fileprivate var isARP: Bool { bytes.count > 14 && bytes[12] == 8 && bytes[13] == 6 }

    fileprivate var isUDP: Bool { bytes.count > 34 && bytes[12] == 8 && bytes[13] == 0 && bytes[23] == 17 }
}

/// Why there is no socket, as errno.
private struct SocketFailure: Error {
    let code: Int32
}

/// Sends datagrams to the server's end of a test network.
private final class Sender: Sendable {
    private let descriptor: Int32

    /// Opens in the namespace of the calling thread.
    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        guard descriptor >= 0 else { throw SocketFailure(code: errno) }
    }

    deinit { close(descriptor) }

    func send(_ payload: [UInt8], to port: UInt16, at receiver: IPv4Address = IPv4Address(10, 77, 0, 1)) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = receiver.value.bigEndian
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                // A refused datagram is reported here by the next one: the packets are what counts.
                _ = sendto(descriptor, payload, payload.count, 0, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}

import DHCP
import LinuxSystem
import NIOCore
import NetworkTestSupport
import NetworkTypes

extension EndToEnd.LoadTests {
    /// Many simulated clients on one wire. Each wants one lease and asks until it has it. A REQUEST that stays without an
    /// answer is sent again before its client starts anew, so that offers of a server that was killed are asked for.
    struct Clients {
        /// An ACK as it came.
        struct Acknowledgement {
            var mac: MACAddress
            var address: IPv4Address
        }

        private struct Client {
            var mac: MACAddress
            /// The address that it was offered and asks for; nil while it looks for servers.
            var offered: IPv4Address?
            /// How often it has asked for that address.
            var requests = 0
            var sentAt: ContinuousClock.Instant?
        }

        /// Clients under way at one time.
        private static let window = 64
        private static let requests = 4
        private static let retry = Duration.milliseconds(500)
        private static let server = IPv4Address(10, 77, 0, 1)

        /// Every ACK, the oldest first; a client can have got the same one twice.
        private(set) var acknowledged: [Acknowledgement] = []
        private var leased: Set<MACAddress> = []
        private var clients: [MACAddress: Client] = [:]
        private var waiting: ArraySlice<MACAddress>
        private let socket: PacketSocket

        init(count: Int, socket: PacketSocket) {
            let macs = (0..<count).compactMap { number -> MACAddress? in
                let octets: [UInt8] = [0x02, 0x00, 0x00, 0x10, UInt8(number >> 8 & 255), UInt8(number & 255)]
                return MACAddress(octets)
            }
            waiting = macs[...]
            self.socket = socket
        }

        /// Clients that have asked and have no lease yet.
        var underWay: Int { clients.count }

        /// Asks until so many clients have a lease; throws where they do not within `patience`.
        mutating func ask(until count: Int, within patience: Duration = .seconds(60)) async throws {
            let end = ContinuousClock.now + patience
            while leased.count < count {
                guard ContinuousClock.now < end else {
                    throw EndToEndError("\(leased.count) of \(count) clients got a lease within \(patience)")
                }
                while let packet = try socket.receive() { try take(packet) }
                try sendWhatIsDue()
                try await Task.sleep(for: .milliseconds(2))
            }
        }

        private mutating func take(_ packet: PacketSocket.Packet) throws {
            var buffer = ByteBuffer(bytes: packet.bytes)
            guard let frame = try? buffer.readUDPFrame(checksumIsPartial: !packet.checksumIsComplete),
                frame.sourcePort == 67
            else { return }
            var payload = frame.payload
            guard let message = try? payload.readDHCPMessage(), message.operation == .bootReply,
                let mac = message.macAddress, let type = try? message.type
            else { return }
            if type == .ack {
                acknowledged.append(Acknowledgement(mac: mac, address: message.yourAddress))
                leased.insert(mac)
                clients[mac] = nil
                return
            }
            guard var client = clients[mac] else { return }
            if type == .offer, client.offered == nil {
                client.offered = message.yourAddress
                client.requests = 0
            } else if type == .nak {
                client.offered = nil
            } else {
                return
            }
            try send(&client)
            clients[mac] = client
        }

        private mutating func sendWhatIsDue() throws {
            let now = ContinuousClock.now
            for (mac, known) in clients {
                if let sentAt = known.sentAt, now - sentAt < Self.retry { continue }
                var client = known
                if client.requests >= Self.requests { client.offered = nil }
                try send(&client)
                clients[mac] = client
            }
            while clients.count < Self.window, let mac = waiting.popFirst() {
                var client = Client(mac: mac)
                try send(&client)
                clients[mac] = client
            }
        }

        private func send(_ client: inout Client) throws {
            let bytes = client.mac.bytes
            let id = bytes.suffix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            var message = Message(operation: .bootRequest, hardwareAddress: bytes, transactionID: id)
            message.wantsBroadcast = true
            if let offered = client.offered {
                client.requests += 1
                message.options.set(KnownOptions.messageType, MessageType.request)
                message.options.set(KnownOptions.requestedAddress, offered)
                message.options.set(KnownOptions.serverIdentifier, Self.server)
            } else {
                client.requests = 0
                message.options.set(KnownOptions.messageType, MessageType.discover)
            }
            client.sentAt = .now
            try socket.send(message.clientBroadcast(), to: .broadcast)
        }
    }
}

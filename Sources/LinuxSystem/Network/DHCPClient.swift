package import DHCP
package import Logging
import NIOCore
import NetworkTypes

/// Gets an address for an interface that has none: the socket side of `DHCPClientExchange`.
package struct DHCPClient: Sendable {
    private let interface: NetworkInterface
    private let mac: MACAddress
    private let socket: PacketSocket
    private let logger: Logger

    /// The interface must be up. `NetworkError` where it has no Ethernet address or no socket can be opened.
    package init(on interface: NetworkInterface, logger: Logger) throws(NetworkError) {
        guard let mac = interface.mac else {
            throw NetworkError("DHCP on \(interface.name)", detail: "the interface has no Ethernet address")
        }
        self.interface = interface
        self.mac = mac
        self.logger = logger
        socket = try PacketSocket(on: interface, type: .ipv4, udpPort: 68)
    }

    /// Runs one exchange to its end; `NetworkError` where no server gave an address.
    package func acquire(
        hostName: String? = nil, vendorClass: String? = nil, transactionID: UInt32 = .random(in: .min ... .max),
        clock: some Clock<Duration> = ContinuousClock()
    ) async throws -> DHCPClientLease {
        var exchange = DHCPClientExchange(
            mac: mac, transactionID: transactionID, hostName: hostName, vendorClass: vendorClass)
        var action = exchange.start()
        while true {
            switch action {
            case .send(let message, let wait):
                try broadcast(message)
                action = try await answer(to: &exchange, within: wait, clock: clock)
            case .bound(let lease):
                logger.info("\(interface.name) got \(lease.address)/\(lease.prefixLength) from \(lease.server)")
                return lease
            case .ignore(let reason): throw NetworkError("DHCP on \(interface.name)", detail: reason)
            case .fail(let reason): throw NetworkError("DHCP on \(interface.name)", detail: reason)
            }
        }
    }

    /// Waits for a message that moves the exchange on; the time-out moves it on too.
    private func answer(
        to exchange: inout DHCPClientExchange, within wait: Duration, clock: some Clock<Duration>
    ) async throws -> DHCPClientExchange.Action {
        let deadline = clock.now.advanced(by: wait)
        while clock.now < deadline {
            while let packet = try socket.receive() {
                guard let message = decode(packet) else { continue }
                let action = exchange.received(message)
                guard case .ignore(let reason) = action else { return action }
                logger.debug("\(interface.name): passed over a DHCP message: \(reason)")
            }
            try await clock.sleep(for: .milliseconds(5))
        }
        return exchange.timedOut()
    }

    private func decode(_ packet: PacketSocket.Packet) -> Message? {
        var buffer = ByteBuffer(bytes: packet.bytes)
        do {
            var payload = try buffer.readUDPFrame(checksumIsPartial: !packet.checksumIsComplete).payload
            return try payload.readDHCPMessage()
        } catch {
            logger.debug("\(interface.name): not a DHCP message: \(error)")
            return nil
        }
    }

    private func broadcast(_ message: Message) throws {
        var payload = ByteBuffer()
        try payload.writeDHCPMessage(message)
        var packet = ByteBuffer()
        try packet.writeUDPFrame(
            UDPFrame(
                source: .any, sourcePort: 68, destination: .broadcast, destinationPort: 67, payload: payload))
        try socket.send(Array(packet.readableBytesView), to: .broadcast)
    }
}

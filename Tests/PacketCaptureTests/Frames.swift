import NetworkTypes

/// Frames as they come from the wire.
enum Frames {
    static let own = mac(1)
    static let host = mac(2)

    static func mac(_ last: UInt8) -> MACAddress { MACAddress([0x52, 0x54, 0, 0, 0, last] as [UInt8]) ?? .zero }

    static func ethernet(from: MACAddress, to: MACAddress, type: UInt16, _ payload: [UInt8]) -> [UInt8] {
        to.bytes + from.bytes + word(type) + payload
    }

    /// An IPv4 packet of protocol UDP; a later fragment carries no UDP header.
    static func udp(
        from: MACAddress, to: MACAddress, ports: (UInt16, UInt16), fragment: UInt16 = 0, _ payload: [UInt8]
    ) -> [UInt8] {
        var header: [UInt8] = []
        if fragment == 0 {
            for value in [ports.0, ports.1, UInt16(payload.count + 8), 0] { header += word(value) }
        }
        let total = UInt16(20 + header.count + payload.count)
        var packet: [UInt8] = [0x45, 0]
        for value in [total, 0, fragment] { packet += word(value) }
        packet += [64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2] as [UInt8]
        return ethernet(from: from, to: to, type: 0x0800, packet + header + payload)
    }

    /// A BOOTP message of 300 octets about `client`.
    static func bootp(client: MACAddress, options: [UInt8] = []) -> [UInt8] {
        var message = [UInt8](repeating: 0, count: 300)
        message.replaceSubrange(0..<3, with: [1, 1, 6])
        message.replaceSubrange(28..<34, with: client.bytes)
        message.replaceSubrange(240..<240 + options.count, with: options)
        return message
    }

    private static func word(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 255)] }
}

import NetworkTypes

/// What the kernel says of interfaces and addresses.
enum NetlinkAnswers {
    private static let ethernet: UInt32 = 1

    /// Reads an RTM_NEWLINK; nil for other messages and for ones without a name.
    static func interface(_ message: NetlinkMessage) -> NetworkInterface? {
        let body = message.body
        guard message.type == NetlinkMessage.newLink, let kind = number(body, at: 2, size: 2),
            let index = number(body, at: 4, size: 4), let flags = number(body, at: 8, size: 4)
        else { return nil }
        // IFLA_ADDRESS 1, IFLA_IFNAME 3, IFLA_MTU 4, IFLA_LINKINFO 18 with IFLA_INFO_KIND 1 inside.
        let attributes = NetlinkAttributes(body, from: 16)
        guard let name = attributes.text(3) else { return nil }
        return NetworkInterface(
            name: name, index: Int32(bitPattern: index),
            mac: kind == ethernet ? attributes[1].flatMap { MACAddress($0) } : nil,
            mtu: attributes[4].flatMap { number($0, at: 0, size: 4) }.map(Int.init) ?? 0, flags: flags,
            kind: attributes[18].flatMap { NetlinkAttributes($0, from: 0).text(1) })
    }

    /// Reads an RTM_NEWADDR of IPv4: the interface's index and the address; nil for other messages.
    static func address(_ message: NetlinkMessage) -> (index: Int32, address: InterfaceAddress)? {
        let body = message.body
        guard message.type == NetlinkMessage.newAddress, body.count >= 8, body[0] == 2,
            let index = number(body, at: 4, size: 4)
        else { return nil }
        // IFA_LOCAL 2; on point-to-point links IFA_ADDRESS 1 is the other end's.
        let attributes = NetlinkAttributes(body, from: 8)
        guard let bytes = attributes[2] ?? attributes[1], let address = IPv4Address(bytes) else { return nil }
        return (Int32(bitPattern: index), InterfaceAddress(address: address, prefixLength: Int(body[1])))
    }
}

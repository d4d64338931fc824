import NetworkTypes

/// The rtnetlink requests that this module makes (rtnetlink(7)); constants keep the kernel's meaning.
enum NetlinkRequests {
    private static let inet: UInt8 = 2

    /// RTM_GETLINK for every interface.
    static let allLinks = NetlinkMessage(
        type: NetlinkMessage.getLink, flags: NetlinkMessage.request | NetlinkMessage.dump, sequence: 1,
        body: Array(repeating: 0, count: 16))

    /// RTM_GETADDR for every IPv4 address.
    static let allAddresses = NetlinkMessage(
        type: NetlinkMessage.getAddress, flags: NetlinkMessage.request | NetlinkMessage.dump, sequence: 1,
        body: [inet] + Array(repeating: 0, count: 7))

    /// RTM_NEWLINK that sets or clears IFF_UP.
    static func setUp(index: Int32, isUp: Bool) -> NetlinkMessage {
        change(NetlinkMessage.newLink, body: link(index: index, flags: isUp ? 1 : 0, change: 1))
    }

    /// RTM_NEWLINK with IFLA_MTU.
    static func setMTU(index: Int32, mtu: UInt32) -> NetlinkMessage {
        change(
            NetlinkMessage.newLink,
            body: link(index: index, flags: 0, change: 0) + NetlinkAttributes.encode(4, littleEndian(mtu)))
    }

    /// RTM_NEWADDR with IFA_LOCAL, IFA_ADDRESS and IFA_BROADCAST; an address that is there already is replaced.
    static func addAddress(index: Int32, _ address: InterfaceAddress) -> NetlinkMessage {
        var body: [UInt8] = [inet, UInt8(truncatingIfNeeded: address.prefixLength), 0, 0]
        body += littleEndian(UInt32(bitPattern: index))
        body += NetlinkAttributes.encode(2, address.address.bytes) + NetlinkAttributes.encode(1, address.address.bytes)
        if address.prefixLength < 31,
            let subnet = IPv4Subnet(containing: address.address, prefixLength: address.prefixLength)
        {
            body += NetlinkAttributes.encode(4, subnet.broadcast.bytes)
        }
        return change(NetlinkMessage.newAddress, body: body, flags: NetlinkMessage.create | NetlinkMessage.replace)
    }

    /// RTM_NEWROUTE to 0.0.0.0/0: table main, protocol boot, RTA_GATEWAY, RTA_OIF. RTNH_F_ONLINK takes routers outside
    /// the interface's subnet.
    static func addDefaultRoute(index: Int32, router: IPv4Address) -> NetlinkMessage {
        let onLink: UInt32 = 4
        var body: [UInt8] = [inet, 0, 0, 0, 254, 3, 0, 1] + littleEndian(onLink)
        body += NetlinkAttributes.encode(5, router.bytes)
        body += NetlinkAttributes.encode(4, littleEndian(UInt32(bitPattern: index)))
        return change(NetlinkMessage.newRoute, body: body, flags: NetlinkMessage.create | NetlinkMessage.replace)
    }

    private static func link(index: Int32, flags: UInt32, change: UInt32) -> [UInt8] {
        [0, 0, 0, 0] + littleEndian(UInt32(bitPattern: index)) + littleEndian(flags) + littleEndian(change)
    }

    private static func change(_ type: UInt16, body: [UInt8], flags: UInt16 = 0) -> NetlinkMessage {
        NetlinkMessage(
            type: type, flags: NetlinkMessage.request | NetlinkMessage.acknowledge | flags, sequence: 1, body: body)
    }
}

package import NetworkTypes

/// What a DHCP server gave a client.
package struct DHCPClientLease: Hashable, Sendable {
    package var address: IPv4Address
    /// 0...32.
    package var prefixLength: Int
    package var routers: [IPv4Address]
    package var dns: [IPv4Address]
    package var ntp: [IPv4Address]
    package var domain: String?
    /// The name that the server has for this client (option 12).
    package var hostName: String?
    package var mtu: Int?
    /// Option 54 of the server that gave the lease.
    package var server: IPv4Address
    /// Seconds from the ACK on; 0xFFFFFFFF is for ever.
    package var leaseSeconds: UInt32

    /// Reads an OFFER or ACK; `DHCPError` where something that a client cannot do without is absent or malformed.
    package init(_ message: Message) throws(DHCPError) {
        let options = message.options
        address = message.yourAddress
        guard !address.isUnspecified else {
            throw DHCPError(offset: 16, expected: "an address in yiaddr", actual: "\(address)")
        }
        server = try options.required(KnownOptions.serverIdentifier)
        prefixLength = try Self.prefixLength(of: options.required(KnownOptions.subnetMask))
        leaseSeconds = try options.value(KnownOptions.leaseTime) ?? .max
        routers = try options.value(KnownOptions.routers) ?? []
        dns = try options.value(KnownOptions.dnsServers) ?? []
        ntp = try options.value(KnownOptions.ntpServers) ?? []
        domain = try options.value(KnownOptions.domainName)
        hostName = try options.value(KnownOptions.hostName)
        mtu = try options.value(KnownOptions.interfaceMTU).map { Int($0) }
    }

    private static func prefixLength(of mask: IPv4Address) throws(DHCPError) -> Int {
        let length = (~mask.value).leadingZeroBitCount
        guard mask.value.nonzeroBitCount == length else {
            throw DHCPError(
                option: KnownOptions.subnetMask.code, offset: 0, expected: "ones, then zeros", actual: "\(mask)")
        }
        return length
    }
}

extension OptionList {
    /// The value of an option that must be there.
    fileprivate func required<Value>(_ format: OptionFormat<Value>) throws(DHCPError) -> Value {
        guard let value = try value(format) else {
            throw DHCPError(option: format.code, offset: 0, expected: format.name, actual: "no such option")
        }
        return value
    }
}

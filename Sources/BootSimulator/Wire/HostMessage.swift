package import NetworkTypes

/// A DHCP message of a host, written octet by octet (RFC 2131 section 2). The simulator shares no codec with the
/// server, so that a mistake of the one is not the mistake of the other.
package struct HostMessage: Hashable, Sendable {
    package var mac: MACAddress
    package var transactionID: UInt32
    /// The host takes answers by broadcast only.
    package var wantsBroadcast = false
    /// ciaddr.
    package var clientAddress = IPv4Address.any
    /// The octets behind the magic cookie, the end mark not among them.
    package var options: [UInt8] = []

    package init(mac: MACAddress, transactionID: UInt32) {
        self.mac = mac
        self.transactionID = transactionID
    }

    /// Appends one option of up to 255 octets; what is longer is cut.
    package mutating func add(_ code: UInt8, _ data: [UInt8]) {
        let data = data.prefix(255)
        options += [code, UInt8(data.count)] + data
    }

    /// The message, padded to 300 octets (RFC 1542 section 2.1).
    package var encoded: [UInt8] {
        var bytes: [UInt8] = [1, 1, 6, 0]
        bytes += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: transactionID >> $0) }
        bytes += [0, 0, wantsBroadcast ? 0x80 : 0, 0]
        // ciaddr; yiaddr, siaddr and giaddr are for the server; chaddr fills 16 octets, sname 64, file 128.
        bytes += clientAddress.bytes + Array(repeating: 0, count: 12)
        bytes += mac.bytes + Array(repeating: 0, count: 10 + 64 + 128)
        bytes += [0x63, 0x82, 0x53, 0x63] + options + [255]
        return bytes + Array(repeating: 0, count: max(0, 300 - bytes.count))
    }
}

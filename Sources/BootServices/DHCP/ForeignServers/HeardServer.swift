import BootTimeline
package import NetworkTypes

/// Another DHCP server, and what was heard of it on one interface. Times are milliseconds since 1970.
package struct HeardServer: Hashable, Sendable {
    /// Option 54, or the packet's source.
    package let address: IPv4Address
    /// The newest sender: a relay agent's or a router's for a server elsewhere.
    package internal(set) var mac: MACAddress?
    package let firstSeen: Int64
    package internal(set) var lastSeen: Int64
    /// When it last gave a client an address, or refused one; nil where it never did.
    package internal(set) var lastAddress: Int64?
    /// The boot file or URL that it offered last.
    package internal(set) var bootFile: String?
    /// Whether it answered boot clients without an address for them (proxyDHCP).
    package internal(set) var isProxy = false

    init(address: IPv4Address, at now: Int64) {
        self.address = address
        firstSeen = now
        lastSeen = now
    }

    mutating func take(_ answer: ForeignAnswer, at now: Int64) {
        mac = answer.server.mac ?? mac
        lastSeen = now
        if answer.decidesAddresses { lastAddress = now }
        if let file = answer.record.bootFile { bootFile = file }
        if answer.record.isProxy { isProxy = true }
    }
}

extension HeardServer: CustomStringConvertible {
    package var description: String {
        let parts: [String?] = [
            mac.map { "\(address) (\($0))" } ?? "\(address)", lastAddress == nil ? nil : "gives addresses",
            isProxy ? "is a proxy for boot files" : nil, bootFile.map { "offers \($0)" },
        ]
        return parts.compactMap(\.self).joined(separator: ", ")
    }
}

package import NetworkTypes

/// An ARP packet for IPv4 over Ethernet (RFC 826).
package struct ARPPacket: Hashable, Sendable {
    /// 1 asks, 2 answers.
    package var operation: UInt16
    package var senderMAC: MACAddress
    package var sender: IPv4Address
    package var targetMAC: MACAddress
    package var target: IPv4Address

    private static let prefix: [UInt8] = [0, 1, 8, 0, 6, 4]

    package init(
        operation: UInt16, senderMAC: MACAddress, sender: IPv4Address, targetMAC: MACAddress, target: IPv4Address
    ) {
        self.operation = operation
        self.senderMAC = senderMAC
        self.sender = sender
        self.targetMAC = targetMAC
        self.target = target
    }

    /// A probe for `target` (RFC 5227 section 2.1.1): the sender's own address is not told, so no cache changes.
    package static func probe(for target: IPv4Address, from mac: MACAddress) -> ARPPacket {
        ARPPacket(operation: 1, senderMAC: mac, sender: .any, targetMAC: .zero, target: target)
    }

    /// Reads a packet without its Ethernet header; nil for another protocol, or too few octets.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count >= 28, Array(bytes[..<6]) == Self.prefix, let senderMAC = MACAddress(bytes[8..<14]),
            let sender = IPv4Address(bytes[14..<18]), let targetMAC = MACAddress(bytes[18..<24]),
            let target = IPv4Address(bytes[24..<28])
        else { return nil }
        self.init(
            operation: UInt16(bytes[6]) << 8 | UInt16(bytes[7]), senderMAC: senderMAC, sender: sender,
            targetMAC: targetMAC, target: target)
    }

    /// The packet's 28 octets.
    package var encoded: [UInt8] {
        Self.prefix + [UInt8(operation >> 8), UInt8(truncatingIfNeeded: operation)] + senderMAC.bytes + sender.bytes
            + targetMAC.bytes + target.bytes
    }

    /// True if this packet shows that a machine other than `mac` has `address`, or is about to take it.
    package func claims(_ address: IPv4Address, unlessFrom macs: Set<MACAddress>) -> Bool {
        guard !macs.contains(senderMAC) else { return false }
        return sender == address || (operation == 1 && sender.isUnspecified && target == address)
    }
}

package import NetworkTypes

/// A DHCP message of a server, read octet by octet (RFC 2131 section 2, RFC 2132).
package struct ServerAnswer: Hashable, Sendable {
    /// Option 53.
    package enum Kind: UInt8, Hashable, Sendable {
        case offer = 2
        case ack = 5
        case nak = 6
    }

    package let kind: Kind
    package let transactionID: UInt32
    package let mac: MACAddress
    /// yiaddr.
    package let address: IPv4Address
    /// siaddr.
    package let nextServer: IPv4Address
    /// Options by number; parts of one are joined (RFC 3396).
    package let options: [UInt8: [UInt8]]
    /// Octets of the whole message.
    package let size: Int
    /// `file`, where it holds no options.
    private let file: String

    package init(_ bytes: [UInt8]) throws(SimulationError) {
        guard bytes.count >= 240, bytes[0] == 2, Array(bytes[1...2]) == [1, 6],
            Array(bytes[236..<240]) == [0x63, 0x82, 0x53, 0x63], let mac = MACAddress(bytes[28..<34]),
            let address = IPv4Address(bytes[16..<20]), let next = IPv4Address(bytes[20..<24])
        else { throw SimulationError("\(bytes.count) octets are no DHCP answer to an Ethernet host") }
        var options: [UInt8: [UInt8]] = [:]
        try Self.read(bytes[240...], into: &options)
        let overload = options[52]?.first ?? 0
        if overload & 1 != 0 { try Self.read(bytes[108..<236], into: &options) }
        if overload & 2 != 0 { try Self.read(bytes[44..<108], into: &options) }
        guard let type = options[53], type.count == 1, let kind = Kind(rawValue: type[0]) else {
            throw SimulationError("a DHCP answer that is no OFFER, ACK or NAK")
        }
        self.kind = kind
        self.mac = mac
        self.address = address
        self.options = options
        transactionID = bytes[4..<8].reduce(0) { $0 << 8 | UInt32($1) }
        nextServer = next
        file = overload & 1 != 0 ? "" : Self.text(Array(bytes[108..<236]))
        size = bytes.count
    }

    /// Option 54.
    package var server: IPv4Address? { options[54].flatMap { IPv4Address($0) } }

    /// Option 51 in seconds.
    package var leaseSeconds: UInt32? {
        options[51].flatMap { $0.count == 4 ? $0.reduce(0) { $0 << 8 | UInt32($1) } : nil }
    }

    /// Option 67, else `file`; nil where neither names one.
    package var bootFile: String? {
        let name = options[67].map(Self.text) ?? file
        return name.isEmpty ? nil : name
    }

    /// Option 60.
    package var vendorClass: String? { options[60].map(Self.text) }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }

    private static func read(
        _ field: ArraySlice<UInt8>, into options: inout [UInt8: [UInt8]]
    ) throws(SimulationError) {
        var rest = field
        while let code = rest.popFirst() {
            if code == 255 { return }
            if code == 0 { continue }
            guard let count = rest.popFirst(), rest.count >= Int(count) else {
                throw SimulationError("option \(code) of a DHCP answer does not end within its field")
            }
            options[code, default: []] += rest.prefix(Int(count))
            rest = rest.dropFirst(Int(count))
        }
        throw SimulationError("the options of a DHCP answer have no end mark")
    }
}

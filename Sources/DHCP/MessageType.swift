/// The kind of a DHCP message (RFC 2132 section 9.6). An open set: unknown numbers survive.
package struct MessageType: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let discover = MessageType(rawValue: 1)
    package static let offer = MessageType(rawValue: 2)
    package static let request = MessageType(rawValue: 3)
    package static let decline = MessageType(rawValue: 4)
    package static let ack = MessageType(rawValue: 5)
    package static let nak = MessageType(rawValue: 6)
    package static let release = MessageType(rawValue: 7)
    package static let inform = MessageType(rawValue: 8)

    private static let names = ["DISCOVER", "OFFER", "REQUEST", "DECLINE", "ACK", "NAK", "RELEASE", "INFORM"]

    /// `DISCOVER`; nil for a number without one.
    package var name: String? { (1...8).contains(rawValue) ? Self.names[Int(rawValue) - 1] : nil }
}

extension MessageType: CustomStringConvertible {
    package var description: String { name.map { "DHCP" + $0 } ?? "DHCP message type \(rawValue)" }
}

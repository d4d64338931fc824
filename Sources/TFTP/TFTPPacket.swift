package import NIOCore

/// One TFTP packet: the payload of one UDP datagram (RFC 1350 section 5, RFC 2347).
package enum TFTPPacket: Hashable, Sendable {
    case readRequest(TFTPRequest)
    case writeRequest(TFTPRequest)
    /// Up to `blksize` octets; fewer than that end the file.
    case data(block: UInt16, payload: ByteBuffer)
    case acknowledgement(block: UInt16)
    case error(TFTPError)
    case optionAcknowledgement([TFTPOption])

    /// Octets before the payload of a DATA packet.
    package static let dataHeader = 4

    /// These octets, as a number whose first octet is the highest.
    package static func header(ofBlock block: UInt16) -> UInt32 { UInt32(Opcode.data.rawValue) << 16 | UInt32(block) }

    /// The 16 bits that every packet starts with.
    enum Opcode: UInt16 {
        case readRequest = 1
        case writeRequest = 2
        case data = 3
        case acknowledgement = 4
        case error = 5
        case optionAcknowledgement = 6
    }
}

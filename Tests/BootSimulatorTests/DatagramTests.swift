import BootSimulator
import NetworkTypes
import Testing

@Suite struct DatagramTests {
    private static let datagram = Datagram(
        source: IPv4Address(10, 77, 0, 1), sourcePort: 67, destination: .broadcast, destinationPort: 68,
        payload: Array("ingot".utf8))
    private static let packet = octets(
        """
        45 00 00 21                         # IPv4, 33 octets
        00 00 00 00                         # no fragment
        40 11 70 7f                         # TTL 64, UDP, checksum
        0a 4d 00 01 ff ff ff ff             # source, destination
        00 43 00 44 00 0d b0 21             # ports, 13 octets, checksum
        69 6e 67 6f 74                      # ingot
        """)

    @Test func writesBothChecksums() { #expect(Self.datagram.encoded == Self.packet) }

    @Test func readsWhatItWrote() {
        #expect(Datagram(Self.packet) == Self.datagram)
        // Ethernet pads short frames.
        #expect(Datagram(Self.packet + [0, 0, 0]) == Self.datagram)
    }

    @Test func refusesEveryTruncation() {
        for count in Self.packet.indices { #expect(Datagram(Array(Self.packet[..<count])) == nil, "\(count) octets") }
    }

    @Test func refusesEveryFlippedBitThatAChecksumCovers() {
        for index in Self.packet.indices {
            var changed = Self.packet
            changed[index] ^= 4
            #expect(Datagram(changed) == nil, "octet \(index)")
        }
    }

    @Test func passesOverAChecksumThatWasLeftToTheNetworkCard() {
        var partial = Self.packet
        partial[26] ^= 255
        #expect(Datagram(partial) == nil)
        #expect(Datagram(partial, checksumIsComplete: false) == Self.datagram)
    }
}

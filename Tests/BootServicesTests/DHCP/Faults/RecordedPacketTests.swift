import BootServices
import DHCP
import LeasePolicy
import NIOCore
import NetworkTestSupport
import NetworkTypes
import Testing

/// The real service against what real firmware sent.
@Suite(.timeLimit(.minutes(1))) struct RecordedPacketTests {
    @Test("T12: what recorded firmware is answered is the same, octet by octet", arguments: Recording.all)
    func answersRecordedFirmware(recording: Recording) async throws {
        let packets = try recording.packets()
        try #require(packets.count == 3)
        try await DHCPRig.run { rig in
            let offer = try await answer(to: packets[0], .offer, rig)
            #expect(try Array(offer.payload.readableBytesView) == recording.offer())
            let ack = try await answer(to: packets[1], .ack, rig)
            #expect(try Array(ack.payload.readableBytesView) == recording.acknowledgement())
            for frame in [offer, ack] {
                #expect(frame.source == DHCPRig.server && frame.sourcePort == 67 && frame.destinationPort == 68)
            }

            // This RELEASE names no address (ciaddr), so that it ends nothing, and no RELEASE is ever answered.
            try rig.send(ByteBuffer(bytes: packets[2]))
            let statistics = try await rig.statistics { $0.releases == 1 && $0.ignored == 1 }
            #expect(statistics.malformed == 0 && statistics.offers == 1 && statistics.naks == 0)
            #expect(await rig.service.leases.map(\.state) == [.leased])
            var discover = ByteBuffer(bytes: packets[0])
            let id = try discover.readDHCPMessage().transactionID
            let more = try await rig.sniffer.next(within: .milliseconds(50)) { $0.transactionID == id }
            #expect(more == nil)
        }
    }

    /// Sends a recorded packet; the frame of the answer to it.
    private func answer(to packet: [UInt8], _ type: MessageType, _ rig: DHCPRig) async throws -> UDPFrame {
        var copy = ByteBuffer(bytes: packet)
        let request = try copy.readDHCPMessage()
        try rig.send(ByteBuffer(bytes: packet))
        let sighting = try await rig.sniffer.next {
            $0.transactionID == request.transactionID && $0.hardwareAddress == request.hardwareAddress
        }
        let answer = try #require(sighting)
        #expect(try answer.message.type == type)
        if request.wantsBroadcast {
            #expect(answer.frame.destination == .broadcast && answer.ethernetDestination == .broadcast)
        } else {
            #expect(answer.frame.destination == answer.message.yourAddress)
            #expect(answer.ethernetDestination == request.macAddress)
        }
        return answer.frame
    }
}

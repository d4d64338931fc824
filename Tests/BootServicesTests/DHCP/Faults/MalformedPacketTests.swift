import BootServices
import DHCP
import NIOCore
import NetworkTestSupport
import NetworkTypes
import Testing

/// Packets that are no DHCP messages: dropped, counted, unanswered, forgotten.
@Suite(.timeLimit(.minutes(1))) struct MalformedPacketTests {
    private static let discover: [UInt8] = [53, 1, 1]

    @Test("T2: every datagram of 0 to 300 octets that is no whole message is dropped, counted and not answered")
    func dropsEveryShortDatagram() async throws {
        // The end mark is the last of 300 octets, so that each truncation lacks it.
        let filler: [UInt8] = [224, 54] + Array(repeating: 7, count: 54)
        let whole = Self.packet(Self.discover + filler + [255])
        #expect(whole.count == 300)
        var packets = (0..<300).map { Array(whole[..<$0]) }
        for octet in [0, 255] as [UInt8] { packets += (0...300).map { Array(repeating: octet, count: $0) } }
        try await expectDropped(packets)
    }

    @Test("T2: wrong cookies, address lengths, option lengths and end marks are dropped, counted and not answered")
    func dropsWhatIsWrongInOnePlace() async throws {
        let good = Self.packet(Self.discover + [255])
        func changed(_ index: Int, _ value: UInt8) -> [UInt8] {
            var bytes = good
            bytes[index] = value
            return bytes
        }
        var packets: [[UInt8]] = []
        for index in 236..<240 { packets += [changed(index, 0), changed(index, 255)] }
        for length in [0, 1, 5, 7, 15, 16, 17, 128, 255] as [UInt8] { packets.append(changed(2, length)) }
        for type in [0, 6, 255] as [UInt8] { packets.append(changed(1, type)) }
        for operation in [0, 2, 3, 255] as [UInt8] { packets.append(changed(0, operation)) }
        // A group's hardware address, and none.
        packets.append(changed(28, 1))
        var nobody = good
        nobody.replaceSubrange(28..<34, with: [0, 0, 0, 0, 0, 0])
        packets.append(nobody)
        packets += Self.wrongOptions.map { Self.packet($0) }
        packets += Self.wrongAfterTheType.map { Self.packet(Self.discover + $0) }
        try await expectDropped(packets)
    }

    /// Without a type of one octet, and cut off within it.
    private static let wrongOptions: [[UInt8]] = [
        [], [0, 0, 0, 0, 0, 0, 0, 0], [255], [53], [53, 1], [53, 200, 1], [53, 0, 255], [53, 2, 1, 1, 255],
    ]

    /// No end mark, lengths past the end, a second type, and malformed options that decide about addresses.
    private static let wrongAfterTheType: [[UInt8]] = [
        [], [0, 0, 0], [12], [12, 2, 255], [12, 255, 65, 66, 67, 255], [254, 255, 255], [224, 3, 1, 2],
        [53, 1, 1, 255], [50, 3, 10, 77, 0, 255], [50, 0, 255], [54, 5, 10, 77, 0, 1, 1, 255], [118, 1, 10, 255],
    ]

    @Test("T2: overload options of every value that point back at themselves are dropped, counted and not answered")
    func dropsOverloadLoops() async throws {
        var packets = (1...255).map { value in
            var bytes = Self.packet(Self.discover + [52, 1, UInt8(value), 255])
            for field in [44, 108] { bytes.replaceSubrange(field..<field + 4, with: [52, 1, UInt8(value), 255]) }
            return bytes
        }
        // Without an end mark in the overloaded field, with a length past its end, and split in two.
        packets += ([1, 2, 3] as [UInt8]).map { Self.packet(Self.discover + [52, 1, $0, 255]) }
        packets += ([1, 2, 3] as [UInt8]).map { value in
            var bytes = Self.packet(Self.discover + [52, 1, value, 255])
            for field in [44, 108] { bytes.replaceSubrange(field..<field + 2, with: [12, 200]) }
            return bytes
        }
        packets.append(Self.packet(Self.discover + [52, 1, 1, 52, 1, 2, 255]))
        try await expectDropped(packets)
    }

    @Test("T2: a split option of 64 KiB is one value, and without an end mark an error")
    func joinsASplitOptionOf64KiB() throws {
        let pieces = 253
        let bytes = Self.packet(Self.discover + Self.pieces(pieces) + [255])
        #expect((65_000...65_507).contains(bytes.count), "a UDP datagram holds at most 65,507 octets")
        var whole = ByteBuffer(bytes: bytes)
        let message = try whole.readDHCPMessage()
        #expect(message.options[OptionCode(224)] == Array(repeating: 7, count: pieces * 255))
        #expect(message.options.elements.count == 2)
        var cut = ByteBuffer(bytes: bytes.dropLast())
        #expect(throws: DHCPError.self) { try cut.readDHCPMessage() }
        #expect(cut.readableBytes == bytes.count - 1)
    }

    @Test("T2: datagrams of 64 KiB full of split options are dropped and counted, smaller ones are answered")
    func outlivesDatagramsOf64KiB() async throws {
        try await DHCPRig.run(prepare: Self.seatWithLargePackets) { rig in
            let large = Self.packet(Self.discover + Self.pieces(253) + [255])
            for number in 1...20 {
                try rig.send(ByteBuffer(bytes: large))
                try await rig.statistics { $0.malformed == number }
            }
            var message = rig.message(.discover, id: 500)
            message.options[OptionCode(224)] = Array(repeating: 7, count: 1000)
            var payload = ByteBuffer()
            try payload.writeDHCPMessage(message, maximumSize: 1472)
            try rig.send(payload)
            let offer = try await rig.sniffer.next { $0.transactionID == 500 }
            #expect(try offer?.message.type == .offer)
            let address = try await rig.lease()
            #expect(address == DHCPRig.address(10))
        }
    }

    @Test("T2: malformed packets leave nothing behind in memory")
    func keepsNothingOfMalformedPackets() async throws {
        try await DHCPRig.run { rig in
            let unended = Self.packet(Self.discover + Self.pieces(4))
            let ones = [UInt8](repeating: 255, count: 1400)
            let packets = (0..<2000).map { $0.isMultiple(of: 2) ? unended : ones }
            // The first rounds fill the allocator's and the runtime's own stores.
            try await drop(packets, rig)
            var growth: [Int] = []
            // Other tests of this process take memory too, though not in every round; what is kept of each packet is.
            while growth.count < 10, growth.last.map({ $0 >= Self.flat }) ?? true {
                let before = try ResidentMemory.octets()
                try await drop(packets, rig)
                growth.append(try ResidentMemory.octets() - before)
            }
            let least = try #require(growth.min())
            #expect(least < Self.flat, "\(packets.count) packets left \(growth) octets behind")
            let address = try await rig.lease()
            #expect(address == DHCPRig.address(10))
        }
    }

    /// Octets; less than half of what 2000 packets take.
    private static let flat = 1 << 20

    /// Packets of up to 65,535 octets on the wire.
    private static func seatWithLargePackets(_ network: TestNetwork) throws -> DHCPRig.Seat {
        for side in [TestNetwork.Side.server, .client] {
            try network.run(on: side, "link", "set", TestNetwork.interface, "mtu", "65535")
        }
        return DHCPRig.Seat()
    }

    /// Option 224 in so many pieces of 255 octets (RFC 3396).
    private static func pieces(_ count: Int) -> [UInt8] {
        let piece: [UInt8] = [224, 255] + Array(repeating: 7, count: 255)
        return (0..<count).flatMap { _ in piece }
    }

    /// The fixed part of a request, and these octets as its options field.
    private static func packet(_ options: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = [1, 1, 6, 0, 0, 0, 0, 9] + Array(repeating: 0, count: 20) + DHCPRig.mac(1).bytes
        bytes += Array(repeating: 0, count: 236 - bytes.count)
        return bytes + [0x63, 0x82, 0x53, 0x63] + options
    }

    /// Sends all of them; afterwards each is counted as malformed, none was answered, and a good client gets a lease.
    private func expectDropped(_ packets: [[UInt8]]) async throws {
        let store = MemoryLeaseStore()
        try await DHCPRig.run(store: store) { rig in
            try await drop(packets, rig)
            let statistics = await rig.service.statistics
            #expect(statistics.malformed == packets.count)
            #expect(statistics.offers == 0 && statistics.naks == 0 && statistics.acks == statistics.informs)
            let answer = try await rig.sniffer.next(within: .milliseconds(50)) { $0.macAddress != DHCPRig.scout }
            #expect(answer == nil)
            #expect(await rig.service.leases.isEmpty)
            #expect(await store.attempts == 0)
            let address = try await rig.lease()
            #expect(address == DHCPRig.address(10))
        }
    }

    /// Sends datagrams, no more at a time than a socket keeps, and returns when all are counted.
    private func drop(_ packets: [[UInt8]], _ rig: DHCPRig) async throws {
        var expected = await rig.service.statistics.malformed
        for start in stride(from: 0, to: packets.count, by: 32) {
            let batch = packets[start..<min(start + 32, packets.count)]
            for packet in batch { try rig.send(ByteBuffer(bytes: packet)) }
            expected += batch.count
            let total = expected
            try await rig.statistics { $0.malformed >= total }
        }
    }
}

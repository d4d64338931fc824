import BootSimulator
import NetworkTypes
import Testing

@Suite struct ServerAnswerTests {
    /// An OFFER of 10.77.0.100, with the first 16 octets of `file` as given.
    private static func offer(file: String, overload: String = "") -> [UInt8] {
        octets(
            """
            02 01 06 00                     # BOOTREPLY, Ethernet
            0a 0b 0c 0d                     # transaction id
            00 00 00 00                     # seconds, flags
            00 00 00 00                     # ciaddr
            0a 4d 00 64                     # yiaddr
            0a 4d 00 01                     # siaddr
            00 00 00 00                     # giaddr
            02 00 5e 10 20 30               # chaddr
            \(zeros(10))
            \(zeros(64))                    # sname
            \(file)                         # file, 16 octets of it
            \(zeros(112))
            63 82 53 63                     # magic cookie
            00                              # pad
            35 01 02                        # option 53: OFFER
            36 04 0a 4d 00 01               # option 54: server
            \(overload)
            33 02 00 00 33 02 0e 10         # option 51 in two parts: 3600 s
            3c 0a 48 54 54 50 43 6c 69 65 6e 74     # option 60: HTTPClient
            ff
            """)
    }

    private static let fileName = "73 6e 70 2e 65 66 69 00 00 00 00 00 00 00 00 00"

    @Test func readsAnOffer() throws {
        let answer = try ServerAnswer(Self.offer(file: Self.fileName))
        #expect(answer.kind == .offer)
        #expect(answer.transactionID == 0x0A0B_0C0D)
        #expect(answer.mac == MACAddress("02:00:5e:10:20:30"))
        #expect(answer.address == IPv4Address(10, 77, 0, 100))
        #expect(answer.nextServer == IPv4Address(10, 77, 0, 1))
        #expect(answer.server == IPv4Address(10, 77, 0, 1))
        #expect(answer.leaseSeconds == 3600)
        #expect(answer.bootFile == "snp.efi")
        #expect(answer.vendorClass == "HTTPClient")
    }

    @Test func readsOptionsFromFile() throws {
        let options = "43 07 69 70 78 65 2e 30 00 ff 00 00 00 00 00 00"
        let answer = try ServerAnswer(Self.offer(file: options, overload: "34 01 01"))
        #expect(answer.bootFile == "ipxe.0")
    }

    @Test func knowsAnAnswerWithoutBootFile() throws {
        #expect(try ServerAnswer(Self.offer(file: zeros(16))).bootFile == nil)
    }

    @Test(arguments: [0, 1, 2, 28, 236, 240, 241, 242, 243])
    func refusesEveryTruncationAndWrongFieldsThatMatter(index: Int) {
        let whole = Self.offer(file: Self.fileName)
        #expect(throws: SimulationError.self) { try ServerAnswer(Array(whole[..<index])) }
        guard index < 3 || index == 236 else { return }
        var changed = whole
        changed[index] ^= 0xFF
        #expect(throws: SimulationError.self) { try ServerAnswer(changed) }
    }

    @Test func refusesOptionsWithoutEnd() {
        let whole = Self.offer(file: Self.fileName)
        #expect(throws: SimulationError.self) { try ServerAnswer(Array(whole.dropLast())) }
    }
}

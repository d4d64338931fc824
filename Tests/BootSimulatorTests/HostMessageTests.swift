import BootSimulator
import DHCP
import NIOCore
import NetworkTypes
import Testing

@Suite struct HostMessageTests {
    private static func mac() throws -> MACAddress { try #require(MACAddress("02:00:5e:10:20:30")) }

    @Test func writesADiscover() throws {
        var message = HostMessage(mac: try Self.mac(), transactionID: 0x0102_0304)
        message.wantsBroadcast = true
        message.add(53, [1])
        message.add(93, [0, 7])
        let expected = octets(
            """
            01 01 06 00                     # BOOTREQUEST, Ethernet, 6 octets of hardware address, no hops
            01 02 03 04                     # transaction id
            00 00 80 00                     # seconds, the broadcast flag
            00 00 00 00                     # ciaddr
            00 00 00 00 00 00 00 00         # yiaddr, siaddr
            00 00 00 00                     # giaddr
            02 00 5e 10 20 30               # chaddr
            \(zeros(10 + 64 + 128))         # its padding, sname, file
            63 82 53 63                     # magic cookie
            35 01 01                        # option 53: DISCOVER
            5d 02 00 07                     # option 93: x64 UEFI
            ff                              # end
            \(zeros(52))                    # up to 300 octets
            """)
        #expect(message.encoded == expected)
        #expect(expected.count == 300)
    }

    @Test func tellsTheAddressThatItHas() throws {
        var message = HostMessage(mac: try Self.mac(), transactionID: 1)
        message.clientAddress = IPv4Address(10, 77, 0, 9)
        #expect(Array(message.encoded[12..<16]) == [10, 77, 0, 9])
    }

    /// The server's codec is another one; it reads what each kind of firmware says.
    @Test(
        arguments: [
            (.biosPXE, 0, "PXEClient:Arch:00000:UNDI:002001"), (.uefiPXE, 7, "PXEClient:Arch:00007:UNDI:003000"),
            (.uefiHTTP, 16, "HTTPClient:Arch:00016:UNDI:003000"),
            (.unknownArchitecture, 0x7FFF, "PXEClient:Arch:32767:UNDI:003000"),
        ] as [(HostKind, UInt16, String)])
    func saysWhatItsFirmwareIs(kind: HostKind, architecture: UInt16, vendorClass: String) throws {
        let host = try #require(try Fleet(clients: 1, broken: BrokenHosts("0"), seed: 7).hosts.first)
        let firmware = BootProgram.firmware(of: kind)
        let programs: [(BootProgram, [UInt8]?)] = [(firmware, nil), (firmware.ipxe, Array("iPXE".utf8))]
        for (program, userClass) in programs {
            var message = HostMessage(mac: host.mac, transactionID: 9)
            program.addOptions(of: host, to: &message)
            var buffer = ByteBuffer(bytes: message.encoded)
            let read = try buffer.readDHCPMessage()
            #expect(read.macAddress == host.mac)
            #expect(read.options[OptionCode(77)] == userClass)
            #expect(read.options[OptionCode(97)] == [0] + host.systemUUID.swapped.bytes)
            guard userClass == nil else { continue }
            #expect(read.options[OptionCode(93)] == [UInt8(architecture >> 8), UInt8(architecture & 255)])
            #expect(read.options[OptionCode(60)] == Array(vendorClass.utf8))
        }
    }

    @Test func aMalformedMessageIsOneThatNoCodecTakesForADiscover() throws {
        var good = HostMessage(mac: try Self.mac(), transactionID: 5)
        good.add(53, [1])
        #expect(isDiscover(good.encoded))
        let malformed = MalformedMessages.all(from: good)
        #expect(Set(malformed).count == malformed.count)
        for octets in malformed { #expect(!isDiscover(octets), "\(octets)") }
    }

    /// What a server decides by must be readable: the message, its type and the address that it asks for.
    private func isDiscover(_ octets: [UInt8]) -> Bool {
        var buffer = ByteBuffer(bytes: octets)
        guard let message = try? buffer.readDHCPMessage(), (try? message.type) == .discover else { return false }
        return message.options[OptionCode(50)].map { $0.count == 4 } ?? true
    }
}

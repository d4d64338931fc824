import NetworkTypes
import PacketCapture
import Testing

struct EthernetFrameTests {
    private static let payload = [UInt8](repeating: 7, count: 1000)

    @Test func aFrameIsTheOtherMachines() {
        let outgoing = EthernetFrame(Frames.ethernet(from: Frames.own, to: Frames.host, type: 0x0806, [1]))
        let incoming = EthernetFrame(Frames.ethernet(from: Frames.host, to: Frames.own, type: 0x0806, [1]))
        let request = EthernetFrame(Frames.ethernet(from: Frames.host, to: .broadcast, type: 0x0806, [1]))
        for frame in [outgoing, incoming, request] { #expect(frame.host(own: Frames.own) == Frames.host) }
    }

    @Test func whatThisMachineSendsToAllIsNobodys() {
        let frame = EthernetFrame(Frames.ethernet(from: Frames.own, to: .broadcast, type: 0x0806, [1]))
        #expect(frame.host(own: Frames.own) == nil)
    }

    /// A relay agent's address is in the Ethernet header, a broadcast answer has nobody's.
    @Test(arguments: [(67, 67), (67, 68), (68, 67), (4011, 4011)] as [(UInt16, UInt16)])
    func aDHCPMessageIsItsClientsAndStaysWhole(ports: (UInt16, UInt16)) {
        let bytes = Frames.udp(
            from: Frames.own, to: .broadcast, ports: ports, Frames.bootp(client: Frames.mac(9)))
        let frame = EthernetFrame(bytes)
        #expect(frame.host(own: Frames.own) == Frames.mac(9))
        #expect(frame.keptLength == bytes.count)
    }

    @Test func ofOtherDatagramsOnlyTheBeginningIsKept() {
        let whole = EthernetFrame(Frames.udp(from: Frames.own, to: Frames.host, ports: (30_000, 2000), Self.payload))
        #expect(whole.keptLength == 14 + 20 + 8 + 128)
        let rest = EthernetFrame(
            Frames.udp(from: Frames.own, to: Frames.host, ports: (0, 0), fragment: 185, Self.payload))
        #expect(rest.keptLength == 14 + 20 + 8 + 128)
        #expect(rest.host(own: Frames.own) == Frames.host)
        let short = Frames.udp(from: Frames.own, to: Frames.host, ports: (30_000, 2000), [1, 2, 3])
        #expect(EthernetFrame(short).keptLength == short.count)
    }

    @Test func whatIsSaidToDHCPClientsIsToldWithItsSender() throws {
        let message = Frames.bootp(client: Frames.mac(9))
        let answer = Frames.udp(from: Frames.host, to: .broadcast, ports: (67, 68), message)
        let told = try #require(EthernetFrame(answer).packetToDHCPClients(own: Frames.own))
        #expect(told.sender == Frames.host && told.bytes == Array(answer[14...]))
        // A tag that names no VLAN but a priority is no part of the packet.
        let priority = Array(answer[..<12] + [0x81, 0, 0xE0, 0] + answer[12...])
        #expect(EthernetFrame(priority).packetToDHCPClients(own: Frames.own)?.bytes == told.bytes)
        #expect(EthernetFrame(priority).host(own: Frames.own) == Frames.mac(9))
        let virtual = Array(answer[..<12] + [0x81, 0, 0xE0, 5] + answer[12...])
        let question = Frames.udp(from: Frames.host, to: .broadcast, ports: (68, 67), message)
        let fragment = Frames.udp(from: Frames.host, to: .broadcast, ports: (0, 0), fragment: 185, [0, 67, 0, 68])
        let ours = Frames.udp(from: Frames.own, to: .broadcast, ports: (67, 68), message)
        for frame in [question, fragment, ours, virtual, Array(answer.prefix(14 + 20 + 3))] {
            #expect(EthernetFrame(frame).packetToDHCPClients(own: Frames.own) == nil)
        }
    }

    @Test func aFrameThatIsCutAnywhereIsReadWithoutATrap() {
        let message = Frames.bootp(
            client: Frames.host, options: [0, 53, 1, 1, 60, 10] + Array("HTTPClient".utf8) + [255])
        let whole = Frames.udp(from: Frames.host, to: .broadcast, ports: (68, 67), message)
        for length in 0...whole.count {
            let frame = EthernetFrame(Array(whole.prefix(length)))
            #expect(frame.keptLength <= length)
            #expect(frame.host(own: Frames.own) == (length < 14 ? nil : Frames.host))
            #expect(frame.isOfBootClient == (length >= 14 + 20 + 8 + 240 + 16))
        }
    }
}

import LinuxSystem
import NetworkTypes
import Testing

@Suite struct NetlinkTests {
    /// Answers with recorded datagrams and keeps what it was asked.
    // Each test uses its transport from one task only.
    final class RecordedTransport: NetlinkTransport, @unchecked Sendable {
        private var answers: [[UInt8]]
        private(set) var asked: [[UInt8]] = []

        init(_ answers: [[UInt8]]) { self.answers = answers }

        func send(_ bytes: [UInt8]) { asked.append(bytes) }

        func receive() throws(NetworkError) -> [UInt8] {
            guard !answers.isEmpty else { throw NetworkError("netlink", detail: "no more answers") }
            return answers.removeFirst()
        }
    }

    private static let link: [UInt8] = [
        0x40, 0, 0, 0, 0x10, 0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0,  // nlmsghdr: 64 octets, RTM_NEWLINK, sequence 1
        0, 0, 1, 0, 2, 0, 0, 0, 0x43, 0x10, 1, 0, 0, 0, 0, 0,  // ifinfomsg: Ethernet, index 2, UP | LOWER_UP
        9, 0, 3, 0, 0x65, 0x74, 0x68, 0x30, 0, 0, 0, 0,  // IFLA_IFNAME "eth0", padded
        10, 0, 1, 0, 0x52, 0x54, 0, 0x12, 0x34, 0x56, 0, 0,  // IFLA_ADDRESS, padded
        8, 0, 4, 0, 0xDC, 5, 0, 0,  // IFLA_MTU 1500
    ]
    private static let address: [UInt8] = [
        0x20, 0, 0, 0, 0x14, 0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0,  // nlmsghdr: 32 octets, RTM_NEWADDR, sequence 1
        2, 24, 0, 0, 2, 0, 0, 0,  // ifaddrmsg: AF_INET, /24, index 2
        8, 0, 2, 0, 10, 0, 0, 7,  // IFA_LOCAL 10.0.0.7
    ]
    private static let done: [UInt8] = [0x14, 0, 0, 0, 3, 0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]

    private func error(_ code: Int32) -> [UInt8] {
        let sign: UInt8 = code == 0 ? 0 : 255
        return [0x24, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
            + [UInt8(truncatingIfNeeded: -code), sign, sign, sign] + Array(repeating: 0, count: 16)
    }

    /// A kernel that knows eth0 and then answers a change with `code`.
    private func kernel(answering code: Int32) -> RecordedTransport {
        RecordedTransport([Self.link + Self.done, Self.done, error(code)])
    }

    @Test func readsInterfacesAndTheirAddresses() throws {
        let transport = RecordedTransport([Self.link + Self.done, Self.address, Self.done])
        let interface = try #require(try NetworkInterfaces(transport: transport).all().first)
        #expect(interface.name == "eth0" && interface.index == 2 && interface.mtu == 1500)
        #expect(interface.mac == MACAddress("52:54:00:12:34:56"))
        #expect(interface.isUp && interface.hasCarrier && !interface.isLoopback)
        #expect(interface.addresses == [InterfaceAddress(address: IPv4Address(10, 0, 0, 7), prefixLength: 24)])
    }

    @Test func asksForAllInterfaces() throws {
        let transport = RecordedTransport([Self.done, Self.done])
        _ = try NetworkInterfaces(transport: transport).all()
        let expected: [UInt8] = [
            32, 0, 0, 0, 18, 0, 1, 3, 1, 0, 0, 0, 0, 0, 0, 0,  // RTM_GETLINK, REQUEST | DUMP
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,  // ifinfomsg
        ]
        #expect(transport.asked.first == expected)
    }

    @Test func addsAnAddress() throws {
        let transport = kernel(answering: 0)
        try NetworkInterfaces(transport: transport).addAddress(
            InterfaceAddress(address: IPv4Address(10, 0, 0, 7), prefixLength: 24), to: "eth0")
        let expected: [UInt8] = [
            48, 0, 0, 0, 20, 0, 5, 5, 1, 0, 0, 0, 0, 0, 0, 0,  // RTM_NEWADDR, REQUEST | ACK | CREATE | REPLACE
            2, 24, 0, 0, 2, 0, 0, 0,  // ifaddrmsg: AF_INET, /24, index 2
            8, 0, 2, 0, 10, 0, 0, 7,  // IFA_LOCAL
            8, 0, 1, 0, 10, 0, 0, 7,  // IFA_ADDRESS
            8, 0, 4, 0, 10, 0, 0, 255,  // IFA_BROADCAST
        ]
        #expect(transport.asked.last == expected)
    }

    @Test func addsADefaultRoute() throws {
        let transport = kernel(answering: 0)
        try NetworkInterfaces(transport: transport).addDefaultRoute(via: IPv4Address(10, 0, 0, 1), on: "eth0")
        let expected: [UInt8] = [
            44, 0, 0, 0, 24, 0, 5, 5, 1, 0, 0, 0, 0, 0, 0, 0,  // RTM_NEWROUTE, REQUEST | ACK | CREATE | REPLACE
            2, 0, 0, 0, 254, 3, 0, 1, 4, 0, 0, 0,  // rtmsg: AF_INET /0, table main, boot, universe, unicast, onlink
            8, 0, 5, 0, 10, 0, 0, 1,  // RTA_GATEWAY
            8, 0, 4, 0, 2, 0, 0, 0,  // RTA_OIF
        ]
        #expect(transport.asked.last == expected)
    }

    @Test func switchesAnInterfaceOn() throws {
        let transport = kernel(answering: 0)
        try NetworkInterfaces(transport: transport).setUp("eth0")
        let expected: [UInt8] = [
            32, 0, 0, 0, 16, 0, 5, 0, 1, 0, 0, 0, 0, 0, 0, 0,  // RTM_NEWLINK, REQUEST | ACK
            0, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0,  // ifinfomsg: index 2, IFF_UP, change IFF_UP
        ]
        #expect(transport.asked.last == expected)
    }

    @Test func saysWhatTheKernelRefused() throws {
        let interfaces = NetworkInterfaces(transport: kernel(answering: 1))
        let error = try #require(throws: NetworkError.self) { try interfaces.setUp("eth0") }
        #expect(error.code == 1)
        #expect("\(error)" == "switching eth0 on: Operation not permitted")
    }

    @Test func saysWhichInterfacesThereAre() throws {
        let interfaces = NetworkInterfaces(transport: kernel(answering: 0))
        let error = try #require(throws: NetworkError.self) { try interfaces.setUp("eth9") }
        #expect(error.detail.contains("eth0"))
    }

    @Test func neverTrapsOnATruncatedAnswer() {
        let whole = Self.link + Self.address + Self.done
        for count in 0..<whole.count {
            let transport = RecordedTransport([Array(whole[..<count])])
            _ = try? NetworkInterfaces(transport: transport).all()
        }
        for index in whole.indices {
            var changed = whole
            changed[index] = 255
            _ = try? NetworkInterfaces(transport: RecordedTransport([changed, changed])).all()
        }
    }
}

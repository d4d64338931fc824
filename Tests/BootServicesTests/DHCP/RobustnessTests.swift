import BootServices
import DHCP
import LeasePolicy
import LinuxSystem
import Logging
import NIOCore
import NetworkTestSupport
import NetworkTypes
import Testing

@Suite struct RobustnessTests {
    @Test func countsMalformedPacketsAndGoesOn() async throws {
        try await DHCPRig.run { rig in
            var whole = ByteBuffer()
            try whole.writeDHCPMessage(rig.message(.discover, mac: DHCPRig.mac(1)))
            let bytes = Array(whole.readableBytesView)
            // 240 octets of header, option 53, the end mark.
            let end = 240 + 3
            #expect(bytes[end] == 255)
            for count in stride(from: 0, through: end, by: 9) { try rig.send(ByteBuffer(bytes: bytes[..<count])) }
            for (index, value) in [(0, 2), (1, 6), (2, 0), (2, 16), (2, 255), (28, 1), (236, 0), (241, 255)] {
                var changed = bytes
                changed[index] = UInt8(value)
                try rig.send(ByteBuffer(bytes: changed))
            }
            try rig.send(ByteBuffer(repeating: 255, count: 1400))
            let address = try await rig.lease()
            #expect(address == DHCPRig.address(10))
            let statistics = await rig.service.statistics
            #expect(statistics.malformed == (end / 9 + 1) + 8 + 1)
            #expect(statistics.acks >= 1)
        }
    }

    @Test func ignoresTheMessagesOfOtherServers() async throws {
        try await DHCPRig.run { rig in
            for type in [.offer, .ack, .nak, MessageType(rawValue: 77)] as [MessageType] {
                try rig.send(rig.message(type, id: 55))
            }
            let address = try await rig.lease()
            #expect(address == DHCPRig.address(10))
            #expect(await rig.service.statistics.ignored == 4)
        }
    }

    @Test func doesNotStartOnAnInterfaceThatIsMissing() async throws {
        let network = try TestNetwork()
        defer { network.remove() }
        for interface in [
            DHCPInterface(name: "none0", address: DHCPRig.server),
            DHCPInterface(name: TestNetwork.interface, address: IPv4Address(10, 99, 0, 1)),
        ] {
            let service = DHCPService(
                interfaces: [interface], plans: [try DHCPRig.plan()], store: MemoryLeaseStore(),
                bootFiles: FixedBootFiles(), probe: nil,
                open: { interface, ports in
                    try network.inside(.server) { try DHCPLink.open(interface, ports: ports) }
                },
                logger: Logger(label: "dhcp"))
            await #expect(throws: NetworkError.self) { try await service.run() }
        }
    }

    @Test func passesOverAnAddressAtWhichAnotherMachineAnswers() async throws {
        try await DHCPRig.run(probe: .milliseconds(200)) { rig in
            try rig.network.run(on: .client, "address", "add", "10.77.0.10/24", "dev", TestNetwork.interface)
            let address = try await rig.lease(to: DHCPRig.mac(1))
            #expect(address == DHCPRig.address(11))
            #expect(await rig.service.statistics.addressesInUse == 1)
        }
    }

    @Test func offersTheAddressAtWhichOnlyTheClientItselfAnswers() async throws {
        try await DHCPRig.run(probe: .milliseconds(200)) { rig in
            try rig.network.run(on: .client, "address", "add", "10.77.0.10/24", "dev", TestNetwork.interface)
            let address = try await rig.lease()
            #expect(address == DHCPRig.address(10))
        }
    }
}

import BootServices
import DHCP
import LeasePolicy
import LinuxSystem
import Logging
import NetworkTestSupport
import NetworkTypes
import Testing

@Suite struct AgentClientTests {
    @Test func theAgentGetsAnAddressAndConfiguresItsInterface() async throws {
        try await DHCPRig.run(probe: .milliseconds(100)) { rig in
            let client = try rig.network.inside(.client) {
                try DHCPClient(on: rig.wire, logger: Logger(label: "client"))
            }
            let lease = try await client.acquire(hostName: "stage")
            #expect(lease.address == DHCPRig.address(10))
            #expect(lease.prefixLength == 24 && lease.leaseSeconds == 600 && lease.mtu == 1400)
            #expect(lease.routers == [DHCPRig.server] && lease.server == DHCPRig.server)
            let wire = try rig.network.inside(.client) {
                try NetworkInterfaces().configure(rig.wire.name, with: lease)
                return try NetworkInterfaces().named(rig.wire.name)
            }
            #expect(wire.addresses == [InterfaceAddress(address: lease.address, prefixLength: 24)])
            #expect(wire.mtu == 1400)
            #expect(await rig.service.leases.map(\.hostName) == ["stage"])
        }
    }
}

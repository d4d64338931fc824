import BootServices
import DHCP
import NetworkTestSupport
import Testing

/// What the DHCP service makes of a closed gate.
struct ForeignServerGateTests {
    @Test func nobodyIsAnsweredWhileTheGateIsClosed() async throws {
        let gate = ForeignServerGate()
        try await DHCPRig.run(gate: gate) { rig in
            let before = await rig.service.statistics
            #expect(gate.set(closed: true, on: TestNetwork.interface))
            #expect(!gate.set(closed: true, on: TestNetwork.interface), "it was closed already")
            try rig.send(rig.message(.discover))
            var ignored = before.ignored
            for _ in 0..<500 {
                ignored = await rig.service.statistics.ignored
                if ignored > before.ignored { break }
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(ignored == before.ignored + 1)
            #expect(gate.set(closed: false, on: TestNetwork.interface))
            _ = try await rig.lease()
            #expect(await rig.service.statistics.offers == before.offers + 1)
        }
    }

    @Test func closesOneInterfaceAndNoOther() {
        let gate = ForeignServerGate()
        #expect(gate.set(closed: true, on: "eth1"))
        #expect(gate.isClosed(on: "eth1") && !gate.isClosed(on: "eth2"))
        #expect(!gate.set(closed: false, on: "eth2"))
    }
}

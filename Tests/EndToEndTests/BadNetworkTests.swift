import AgentProtocol
import NetworkTypes
import Testing
import UserAPI
import VirtualRack

extension EndToEnd {
    /// A boot over a wire that is as bad as wires get. It takes so long that only `make test-long` runs it.
    @Suite struct BadNetworkTests {
        /// The longest that a boot over the wire may take: the stage has 26 MB, and TCP carries some ten kilobytes a second.
        private static let longest = Duration.seconds(5400)

        @Test("T11: a host greets over a wire that is dead for 30 s, then loses, delays, doubles and reorders packets")
        func aHostGreetsOverABadWire() async throws {
            let far = RackNetwork(name: "far", address: IPv4Address(10, 78, 0, 1))
            let host = HostConfiguration(name: "far", firmware: .bios, nics: [NICConfiguration(network: far.name)])
            let configuration = RackConfiguration(name: "t-bad-wire", networks: [RackNetwork(), far], hosts: [host])
            try? await Rack.open(configuration.name).remove()
            try await Rack.with(configuration) { rack in
                let server = try IngotServer(rack: rack)
                try await server.start()
                try await BadWire.isolate(far, of: rack)
                let wire = try await BadWire.start(in: rack, from: rack.configuration.networks[0], to: far)
                let host = try rack.host("far")
                try await host.powerOn()
                try await wire.waitForLog("wire: carries", timeout: .seconds(120))
                let began = ContinuousClock.now
                let detail = try await server.waitForHost(host, timeout: Self.longest)
                print("E2E bad-wire: \((ContinuousClock.now - began).components.seconds) s")
                #expect(detail.inventory?.firmware == .bios && detail.host.state == .discovered)
                #expect(BadWire.droppedPackets(in: wire.log) > 0)
            }
        }
    }
}

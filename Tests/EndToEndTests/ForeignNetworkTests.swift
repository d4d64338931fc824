import AgentProtocol
import NetworkTypes
import Testing
import UserAPI
import VirtualRack

extension EndToEnd {
    /// Boots in networks where another DHCP server gives the addresses: firmware, loaders, kernel and stage are real.
    @Suite struct ForeignNetworkTests {
        @Test func hostsGreetBesideAServerThatKnowsNothingOfBooting() async throws {
            let hosts = [HostConfiguration(name: "uefi"), HostConfiguration(name: "bios", firmware: .bios)]
            try await Laboratory.run("foreign-plain", hosts: hosts) { server in
                try await server.restart { "\($0)\n      mode: proxy\n" }
                let other = try await OtherServer.start(for: server)
                try await expectGreetings(of: server, beside: other)
                #expect(OtherServer.text(of: server.log).contains("(ipxe): stage"))
            }
        }

        /// A host that obeys Secure Boot has to start by shim and GRUB, and GRUB takes its server from the other one's ACK.
        @Test func aHostWithSecureBootGreetsByPort4011WhereTheOtherServerNamesOursAsTheNext() async throws {
            let host = HostConfiguration(name: "secure", firmware: .uefiSecureBoot, memory: 1024)
            try await Laboratory.run("foreign-secure", hosts: [host]) { server in
                try await server.restart {
                    "\($0)\n      mode: proxy\n      proxyOffersFile: false\n      loader: shimx64.efi\n"
                }
                let other = try await OtherServer.start(for: server, "--dhcp-boot=,,10.77.0.1")
                let (inventory, timeline) = try await greeting(of: "secure", server, beside: other)
                #expect(inventory.firmware == .uefi && inventory.secureBoot == true)
                #expect(timeline.contains { $0.kind == "dhcp-answered" && $0.text.contains("port 4011") })
                #expect(OtherServer.text(of: server.log).contains("(grub): stage"))
                try await expectNoLease(of: server)
            }
        }

        /// Port 67 is the other server's: what leads hosts to port 4011 is its option 60.
        @Test func hostsGreetByPort4011AloneBesideAServerOnTheSameMachine() async throws {
            let hosts = [HostConfiguration(name: "uefi"), HostConfiguration(name: "bios", firmware: .bios)]
            try await Laboratory.run("foreign-shared", hosts: hosts) { server in
                try await server.restart {
                    $0.replacing("dhcp:\n", with: "dhcp:\n  sharesMachine: true\n") + "\n      mode: proxy\n"
                }
                let other = try await OtherServer.startOnSameMachine(as: server, "--dhcp-option-force=60,PXEClient")
                try await expectGreetings(of: server, beside: other)
            }
        }

        /// Boots a UEFI host and a BIOS host.
        private func expectGreetings(of server: IngotServer, beside other: RackProcess) async throws {
            async let first = greeting(of: "uefi", server, beside: other)
            async let second = greeting(of: "bios", server, beside: other)
            let (uefi, bios) = try await (first, second)
            #expect(uefi.inventory.firmware == .uefi && bios.inventory.firmware == .bios)
            try await expectNoLease(of: server)
        }

        /// Powers the host on and returns what its stage reported, and what was seen of the host. Its address has to be
        /// the other server's.
        private func greeting(
            of name: String, _ server: IngotServer, beside other: RackProcess
        ) async throws -> (inventory: Inventory, timeline: [TimelineEntry]) {
            let host = try server.rack.host(name)
            let mac = try #require(host.macs.first)
            try await host.powerOn()
            let detail = try await server.waitForHost(host, timeout: .seconds(300))
            try await host.powerOff()
            let given = OtherServer.addresses(of: mac, in: other.log)
            #expect(!given.isEmpty && given.allSatisfy { OtherServer.pool.contains($0) }, "\(name): \(given)")
            let wanted: Set<String> = ["dhcp-answered", "transfer", "script", "greeting"]
            let timeline = try await server.poll(.seconds(15), "\(wanted.sorted()) in the timeline of \(name)") {
                let page: Page<TimelineEntry> = try await server.get(APIRoute.timeline(mac.description, limit: 500))
                return wanted.isSubset(of: page.items.map(\.kind)) ? page.items : nil
            }
            return (try #require(detail.inventory), timeline)
        }

        private func expectNoLease(of server: IngotServer) async throws {
            let leases = try await server.leases()
            #expect(leases.isEmpty, "\(leases)")
        }
    }
}

import LinuxSystem
import NetworkTestSupport
import NetworkTypes
import Testing
import UserAPI
import VirtualRack

extension EndToEnd {
    /// The real server under the load of many clients.
    @Suite struct LoadTests {
        /// Another machine's cable into the rack's network: a server does not hear what its own interface sends.
        private static let cable = "load"
        private static let count = 480

        /// The pool is little larger than the clients are many: an address that a killed server had offered is soon
        /// offered to another one.
        @Test("T40: leases outlive a server that is killed under load, and no two clients get one address")
        func leasesOutliveAServerThatIsKilledUnderLoad() async throws {
            try await Laboratory.run("load-kill") { server in
                try await server.restart {
                    $0.replacing("subnet: 10.77.0.0/24", with: "subnet: 10.77.0.0/16")
                        .replacing("[10.77.0.100-10.77.0.199]", with: "[10.77.1.0-10.77.2.255]")
                }
                var clients = try await clients(on: server.rack)
                for leased in stride(from: 70, through: 420, by: 70) {
                    try await clients.ask(until: leased)
                    #expect(clients.underWay > 0)
                    try await server.kill()
                    try await server.start()
                }
                try await clients.ask(until: Self.count)
                try await server.kill()
                try await server.start()

                let holders = Dictionary(grouping: clients.acknowledged, by: \.address)
                for (address, found) in holders {
                    #expect(Set(found.map(\.mac)).count == 1, "\(address) was acknowledged to \(found.map(\.mac))")
                }
                let leases = try await server.leases().filter { $0.state == "leased" }
                let known = Dictionary(grouping: leases, by: \.address)
                let lost = clients.acknowledged.filter { ack in known[ack.address]?.map(\.mac) != [ack.mac] }
                #expect(lost.isEmpty, "the server does not know of \(lost)")
                let last = try #require(clients.acknowledged.last)
                #expect(try await server.ingot("leases").contains("\(last.address) "))
            }
        }

        @Test("T4: the server gives 50 hosts their leases while 10,000 strangers a second ask", .timeLimit(.minutes(5)))
        func knownHostsAreServedDuringAFlood() async throws {
            try await Laboratory.run("load-flood") { server in
                var hosts = try await clients(on: server.rack, count: 50)
                try await hosts.ask(until: 50)
                let addresses = Dictionary(grouping: hosts.acknowledged, by: \.mac)
                    .mapValues { Set($0.map(\.address)) }
                var rounds = 0
                let flood = try DiscoverFlood(on: socket(on: server.rack, receives: false), rate: 10_000)
                try await flood.whileSending {
                    while !flood.hasEnded, flood.sent < 50_000 {
                        var again = Clients(count: 50, socket: try socket(on: server.rack))
                        try await again.ask(until: 50)
                        for ack in again.acknowledged { #expect(addresses[ack.mac] == [ack.address]) }
                        rounds += 1
                        try await Task.sleep(for: .milliseconds(100))
                    }
                }
                #expect(rounds > 0 && flood.sent > 10_000)
                print("E2E load-flood: 50 hosts served \(rounds) times beside \(flood.sent) DISCOVERs of strangers")
                #expect(try await server.leases().filter { $0.state == "leased" }.count == 50)
            }
        }

        private func clients(on rack: Rack, count: Int = count) async throws -> Clients {
            try await rack.layCable(Self.cable, into: rack.configuration.networks[0])
            return Clients(count: count, socket: try socket(on: rack))
        }

        private func socket(on rack: Rack, receives: Bool = true) throws -> PacketSocket {
            try Relay.inNetwork("/run/netns/" + rack.namespaceName) {
                try PacketSocket(
                    on: NetworkInterfaces().named(Self.cable), type: .ipv4, udpPort: receives ? 68 : nil,
                    receives: receives)
            }
        }
    }
}

import Testing
import UserAPI
import VirtualRack

extension EndToEnd {
    /// A fleet of simulated hosts against a real server: every kind, healthy and broken.
    @Suite struct SimulationTests {
        /// Another machine's cable into the rack's network: a server does not hear what its own interface sends.
        private static let interface = "sim"
        private static let address = "10.77.0.2"

        @Test func aFleetEndsAsListed() async throws {
            try await Laboratory.run("simulation") { server in
                try await server.rack.layCable(Self.interface, address: Self.address + "/32")
                let answer = try await simulate(server, "--clients", "30", "--broken", "10", "--seed", "7")
                #expect(answer.status == 0, "\(answer.standardOutput)\(answer.standardError)")
                let lines = answer.standardOutput.split(separator: "\n")
                // Headings, four healthy kinds, ten broken ones, all.
                #expect(lines.count == 16, "\(answer.standardOutput)")
                let all = lines.last.map { $0.split(separator: " ") } ?? []
                #expect(all.prefix(3) == ["all", "30", "30"], "\(answer.standardOutput)")
                // The 20 healthy ones; the one with the wrong token never greeted well.
                let hosts = try await server.hosts()
                #expect(hosts.count == 20 && hosts.allSatisfy { $0.state == .discovered })
            }
        }

        @Test func aHostThatIsNotServedMakesTheSimulationFail() async throws {
            try await Laboratory.run("simulation-silent") { server in
                try await server.rack.layCable(Self.interface, address: Self.address + "/32")
                try await server.kill()
                let answer = try await simulate(server, "--clients", "2", "--seed", "7")
                #expect(answer.status == 1)
                #expect(answer.standardOutput.contains("no OFFER after 4 DISCOVERs"), "\(answer.standardOutput)")
                #expect(answer.standardError.contains("2 of 2 hosts did not end as listed"), "\(answer.standardError)")
            }
        }

        private func simulate(_ server: IngotServer, _ arguments: String...) async throws -> ProgramOutput {
            try await server.attempt(["simulate", "--interface", Self.interface, "--retry", "0.5"] + arguments)
        }
    }
}

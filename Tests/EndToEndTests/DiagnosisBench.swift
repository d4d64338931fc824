import FoundationEssentials
import Testing
import VirtualRack

/// What a test of a diagnosis works with: a server, and another machine's cable into its network, by which simulated
/// hosts boot.
struct DiagnosisBench: Sendable {
    let server: IngotServer

    /// The host that the test is about.
    static let host = "02:00:00:00:00:51"
    /// Another one.
    static let neighbour = "02:00:00:00:00:52"
    /// The cable's address, outside of the server's pool; what simulated hosts fetch, they fetch from here.
    static let address = "10.77.0.2"
    private static let cable = "sim"

    /// Makes a bench for `body` and removes it.
    static func with(_ name: String, _ body: @escaping @Sendable (DiagnosisBench) async throws -> Void) async throws {
        try await Laboratory.run(name) { server in
            try await server.rack.layCable(cable, address: address + "/32")
            try await body(DiagnosisBench(server: server))
        }
    }

    /// Boots a simulated host; how `ingot simulate` ended, and what it said.
    /// - Parameter kind: what is broken about it; nil for healthy BIOS firmware.
    func boot(_ mac: String = DiagnosisBench.host, as kind: String? = nil) async throws -> ProgramOutput {
        let broken = kind.map { ["--broken", $0] } ?? []
        return try await server.attempt(
            ["simulate", "--interface", Self.cable, "--clients", "1", "--mac", mac, "--retry", "0.3"] + broken)
    }

    /// What the host fetches counts as its own from now on: it is given the cable's address, which nobody probes.
    func giveCableToHost() async throws {
        try server.edit(
            "domain: rack.test",
            """
            domain: rack.test
                  reservations: [{ mac: \(Self.host), address: \(Self.address) }]
              probeMilliseconds: 0
            """)
        try await server.kill()
        try await server.start()
    }

    /// Starts another DHCP server, dnsmasq, on a cable of its own at 10.77.0.3. It gives addresses outside of the
    /// server's pool.
    func startOtherServer(_ options: String...) async throws {
        let interface = "other"
        try await server.rack.layCable(interface, address: "10.77.0.3/24")
        let program = [
            "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--pid-file=", "--user=root", "--port=0",
            "--leasefile-ro", "--no-ping", "--log-facility=-", "--interface=\(interface)", "--bind-interfaces",
            "--dhcp-range=10.77.0.50,10.77.0.59,1h",
        ]
        let dnsmasq = try await server.rack.start(
            "other-server", program + options, log: server.directory + "/dnsmasq.log")
        try await dnsmasq.waitForLog("IP range", timeout: .seconds(10))
    }

    /// Waits until `ingot host why` says of the host what it must.
    func expectTrouble(_ words: String...) async throws {
        try await server.expectTrouble(with: Self.host, words, timeout: .seconds(15))
    }
}

extension IngotServer {
    /// Waits until the first line of `ingot host why`, the sentence, holds all of `words`; its exit status is 1 then.
    func expectTrouble(with host: String, _ words: [String], timeout: Duration) async throws {
        let end = ContinuousClock.now + timeout
        while true {
            let answer = try await attempt(["host", "why", host])
            let sentence = String(answer.standardOutput.prefix { $0 != "\n" })
            if words.allSatisfy({ sentence.contains($0) }) {
                #expect(answer.status == 1, "\(answer.standardOutput)")
                return
            }
            guard ContinuousClock.now < end else {
                throw EndToEndError(
                    "`ingot host why \(host)` did not say '\(words.joined(separator: " … "))', but with status "
                        + "\(answer.status):\n\(answer.standardOutput)\(answer.standardError)")
            }
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    /// Writes something else into the configuration's file. Throws where `old` does not stand there.
    func edit(_ old: String, _ new: String) throws {
        let file = URL(filePath: configurationFile)
        let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        guard text.contains(old) else { throw EndToEndError("the configuration has no '\(old)':\n\(text)") }
        try Data(text.replacing(old, with: new).utf8).write(to: file, options: .atomic)
    }
}

extension Rack {
    /// Lays another machine's cable, with an address, into the first network: a server does not hear what its own
    /// interface sends.
    /// - Parameter address: with the length of its prefix.
    func layCable(_ interface: String, address: String) async throws {
        try await layCable(interface, into: configuration.networks[0])
        let answer = try await run(["ip", "address", "add", address, "dev", interface])
        guard answer.status == 0 else { throw EndToEndError("ip address add \(address): \(answer.standardError)") }
    }
}

import FoundationEssentials
import NetworkTypes
import VirtualRack

extension EndToEnd.ForeignNetworkTests {
    /// The DHCP server that gives the addresses: dnsmasq, without DNS and TFTP.
    enum OtherServer {
        /// The addresses that it gives.
        static let pool = IPv4Address(10, 77, 0, 150)...IPv4Address(10, 77, 0, 180)

        /// Starts it on a machine of its own, 10.77.0.2, and waits until it serves.
        static func start(for server: IngotServer, _ options: String...) async throws -> RackProcess {
            let network = server.rack.configuration.networks[0]
            let process = try await server.rack.startMachine(
                "other", address: "10.77.0.2/24", on: network, command(on: "other", options), log: log(server))
            return try await serving(process)
        }

        /// Starts it on the server's own machine and interface, and waits until it serves.
        static func startOnSameMachine(as server: IngotServer, _ options: String...) async throws -> RackProcess {
            let interface = server.rack.configuration.networks[0].interface
            let process = try await server.rack.start("other", command(on: interface, options), log: log(server))
            return try await serving(process)
        }

        /// The addresses that it gave to a client, the oldest first.
        static func addresses(of mac: MACAddress, in log: String) -> [IPv4Address] {
            text(of: log).split(separator: "\n").compactMap { line in
                guard line.contains("DHCPACK("), line.contains(mac.description) else { return nil }
                return line.split(separator: " ").compactMap { IPv4Address($0) }.first
            }
        }

        /// A log file, as far as it is written.
        static func text(of log: String) -> String {
            String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self)
        }

        private static func log(_ server: IngotServer) -> String { server.directory + "/other-dhcp.log" }

        private static func command(on interface: String, _ options: [String]) -> [String] {
            [
                "/usr/sbin/dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--pid-file=", "--user=root",
                "--port=0", "--leasefile-ro", "--no-ping", "--log-facility=-", "--dhcp-authoritative",
                "--interface=\(interface)", "--dhcp-range=\(pool.lowerBound),\(pool.upperBound),255.255.255.0,1h",
            ] + options
        }

        /// What it says of its addresses comes last before it serves.
        private static func serving(_ process: RackProcess) async throws -> RackProcess {
            try await process.waitForLog("DHCP, IP range", timeout: .seconds(10))
            return process
        }
    }
}

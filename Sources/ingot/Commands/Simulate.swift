import ArgumentParser
import BootSimulator
import LinuxSystem
import NetworkTypes

/// `ingot simulate`
struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Boots simulated hosts against the server on a network. Wants root.",
        discussion: """
            Each host walks its whole boot: DHCP as its firmware, boot file over TFTP or HTTP, DHCP as iPXE, script, \
            the stage's files (asked for, not loaded), greeting. Hosts that are broken on purpose must each reach the \
            ending that is listed for it. The exit status is 0 only where all ended as listed.

            The interface must be on the server's network, and must not be one that the server listens on: a machine \
            does not hear itself. It is promiscuous while the hosts boot. Their DHCP goes out in raw frames; TFTP and \
            HTTP come from the interface's own address, whatever address a host was leased: the server's timeline has \
            them only for the host that has this address. Proxies' offers are passed over.

            Greeted hosts stay in the server's list as discovered; leases run out by themselves. The same seed makes \
            the same hosts again. One host that is to be found again, such as by `ingot host why MAC`, is made by \
            --clients 1 --mac MAC, with --broken KIND or without.
            """)

    @Option(help: "How many hosts, the broken ones among them.") var clients = 1000
    @Option(help: "The interface on the server's network.") var interface: String
    @Option(
        help: """
            Hosts that are broken on purpose: a number, spread over all kinds, or a list such as declines,stalls=3. \
            Kinds: \(HostKind.broken.map(\.rawValue).joined(separator: ", ")).
            """)
    var broken = "0"
    @Option(help: "What hardware addresses and the order of the hosts are made from.") var seed: UInt64 = 1
    @Option(help: "The hardware address of the only host.", transform: MACAddress.argument) var mac: MACAddress?
    @Option(help: "Hosts under way at one time.") var parallel = 100
    @Option(help: "Seconds until a DHCP message is sent again; each further time waits twice as long.") var retry = 2.0

    /// Hosts that are told of one by one where they ended otherwise than listed.
    private static let shownFailures = 20

    func validate() throws {
        guard mac == nil || clients == 1 else { throw ValidationError("--mac: expected --clients 1") }
        guard parallel > 0 else { throw ValidationError("--parallel: expected at least 1") }
        guard (0.01...600).contains(retry) else { throw ValidationError("--retry: expected 0.01 to 600 seconds") }
    }

    func run() async throws {
        let fleet = try Fleet(clients: clients, broken: BrokenHosts(broken), seed: seed, first: mac)
        let simulation = try Simulation(
            of: fleet, on: NetworkInterfaces().named(interface), parallel: parallel, retry: .seconds(retry))
        let results = try await simulation.run { Terminal.redraw("\($0) of \(clients) hosts have ended") }
        Terminal.redraw("")
        let table = ResultTable(results)
        Terminal.table(ResultTable.headings, table.rows)
        guard !table.isSuccess else { return }
        for failure in table.failures.prefix(Self.shownFailures) { print("FAILED \(failure)") }
        throw CommandError("\(table.failures.count) of \(clients) hosts did not end as listed")
    }
}

import NetworkTestSupport
import NetworkTypes

extension DnsmasqProcess {
    /// A DHCP server that nobody asked for, on the client's side of a test network at `ForeignAnswers.server`.
    static func rogue(in network: TestNetwork, _ arguments: String...) throws -> DnsmasqProcess {
        try network.run(
            on: .client, "address", "add", "\(ForeignAnswers.server)/24", "dev", TestNetwork.interface)
        return try DnsmasqProcess(
            in: network, on: .client, ["--interface=\(TestNetwork.interface)", "--bind-interfaces"] + arguments)
    }
}

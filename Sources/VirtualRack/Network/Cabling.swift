/// The interfaces of a rack: a bridge for each network, the server's cable into it, and a tap for each NIC.
struct Cabling: Hashable, Sendable {
    let namespace: NetworkNamespace
    let configuration: RackConfiguration

    /// Makes all of it; the namespace must exist.
    func lay() async throws {
        for network in configuration.networks { try await lay(network) }
        for (hostIndex, host) in configuration.hosts.enumerated() {
            for (nicIndex, nic) in host.nics.enumerated() {
                let network = configuration.networks.first { $0.name == nic.network } ?? configuration.networks[0]
                try await layTap(Self.tap(host: hostIndex, nic: nicIndex), into: network)
            }
        }
    }

    /// The tap interface of a NIC.
    static func tap(host: Int, nic: Int) -> String { "tap\(host)-\(nic)" }

    private func lay(_ network: RackNetwork) async throws {
        try await namespace.ip(["link", "add", network.bridge, "type", "bridge", "forward_delay", "0"])
        try await namespace.ip(
            ["link", "add", network.interface, "type", "veth", "peer", "name", network.serverPort])
        try await namespace.ip(["link", "set", network.serverPort, "master", network.bridge])
        for interface in [network.bridge, network.serverPort, network.interface] {
            try await namespace.ip(["link", "set", interface, "up"])
        }
        try await namespace.ip(
            ["address", "add", "\(network.address)/\(network.prefixLength)", "dev", network.interface])
    }

    /// Makes a tap interface in the bridge of `network`.
    func layTap(_ tap: String, into network: RackNetwork) async throws {
        try await namespace.ip(["tuntap", "add", "dev", tap, "mode", "tap"])
        try await namespace.ip(["link", "set", tap, "master", network.bridge])
        try await namespace.ip(["link", "set", tap, "up"])
    }
}

extension Rack {
    /// Starts a program on a machine of its own: a network namespace without a name, whose only interface `name` has a
    /// cable into the bridge of `network`. The machine goes when the program ends, or when `RackProcess.end` ends it.
    ///
    /// - Parameters:
    ///   - name: also names the process; 1...10 of `a-z`, `0-9` and `-`.
    ///   - address: the machine's, with its prefix length: `10.77.0.2/24`.
    ///   - command: must not put itself into the background.
    package func startMachine(
        _ name: String, address: String, on network: RackNetwork, _ command: [String], log: String
    ) async throws -> RackProcess {
        try Name.require(name, atMost: 10, of: "machine")
        // The shell stays in the rack's namespace, where the rack's removal finds it, and takes the machine along.
        let guardian = #"trap 'kill -KILL $!' TERM; unshare --net sh -ec "$0" "$@" & wait"#
        let machine = #"""
            interface=$0 network=$1 namespace=$2 address=$3
            shift 3
            ip link set lo up
            ip link add "$interface" type veth peer name "$interface-sw" netns "$namespace"
            ip -netns "$namespace" link set "$interface-sw" master "$network" up
            ip address add "$address" dev "$interface"
            ip link set "$interface" up
            exec "$@"
            """#
        let arguments = [name, network.bridge, namespaceName, address]
        return try await start("machine-\(name)", ["sh", "-c", guardian, machine] + arguments + command, log: log)
    }

    /// Lays a cable from the rack's namespace into the bridge of `network`, for whoever speaks there in frames of its
    /// own. A server of the rack hears what goes out by `name`, but not what goes out by its own interface.
    ///
    /// - Parameter name: of the interface; 1...10 of `a-z`, `0-9` and `-`.
    package func layCable(_ name: String, into network: RackNetwork) async throws {
        try Name.require(name, atMost: 10, of: "cable")
        let port = "\(name)-sw"
        try await namespace.ip(["link", "add", name, "type", "veth", "peer", "name", port])
        try await namespace.ip(["link", "set", port, "master", network.bridge])
        for interface in [port, name] { try await namespace.ip(["link", "set", interface, "up"]) }
    }

    /// Makes a tap interface in the bridge of `network`, for a virtual machine that is no host of the rack.
    ///
    /// - Parameter name: of the interface; 1...10 of `a-z`, `0-9` and `-`.
    package func layTap(_ name: String, into network: RackNetwork) async throws {
        try Name.require(name, atMost: 10, of: "tap")
        try await Cabling(namespace: namespace, configuration: configuration).layTap(name, into: network)
    }
}

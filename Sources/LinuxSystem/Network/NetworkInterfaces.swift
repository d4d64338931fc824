package import NetworkTypes

/// The network interfaces of this machine, by rtnetlink. Every call is short and asks the kernel anew.
package struct NetworkInterfaces: Sendable {
    private let open: @Sendable () throws(NetworkError) -> any NetlinkTransport

    package init() { open = { () throws(NetworkError) in try NetlinkSocket() } }

    /// Speaks to something else than this machine's kernel.
    package init(transport: any NetlinkTransport) { open = { transport } }

    /// Every interface with its IPv4 addresses, in the kernel's order.
    package func all() throws(NetworkError) -> [NetworkInterface] {
        let transport = try open()
        var interfaces = try transport.exchange(NetlinkRequests.allLinks, "listing interfaces")
            .compactMap(NetlinkAnswers.interface)
        let addresses = try transport.exchange(NetlinkRequests.allAddresses, "listing addresses")
            .compactMap(NetlinkAnswers.address)
        for index in interfaces.indices {
            interfaces[index].addresses = addresses.filter { $0.index == interfaces[index].index }.map(\.address)
        }
        return interfaces
    }

    /// The interface of this name; `NetworkError` where there is none.
    package func named(_ name: String) throws(NetworkError) -> NetworkInterface {
        let interfaces = try all()
        guard let interface = interfaces.first(where: { $0.name == name }) else {
            let names = interfaces.map(\.name).joined(separator: ", ")
            throw NetworkError("interface \(name)", detail: "there is none of this name; there are: \(names)")
        }
        return interface
    }

    /// Switches the interface on.
    package func setUp(_ name: String) throws(NetworkError) {
        try change("switching \(name) on", NetlinkRequests.setUp(index: named(name).index, isUp: true))
    }

    /// Sets the interface's MTU in octets.
    package func setMTU(_ mtu: Int, of name: String) throws(NetworkError) {
        let value = UInt32(clamping: mtu)
        try change("setting the MTU of \(name)", NetlinkRequests.setMTU(index: named(name).index, mtu: value))
    }

    /// Gives the interface an address and with it the route to its subnet; one that is there already stays.
    package func addAddress(_ address: InterfaceAddress, to name: String) throws(NetworkError) {
        try change(
            "adding \(address.address)/\(address.prefixLength) to \(name)",
            NetlinkRequests.addAddress(index: named(name).index, address))
    }

    /// Makes `router` the way to everywhere else; replaces an older default route.
    package func addDefaultRoute(via router: IPv4Address, on name: String) throws(NetworkError) {
        try change(
            "adding a default route by \(router) on \(name)",
            NetlinkRequests.addDefaultRoute(index: named(name).index, router: router))
    }

    /// Waits until the interface has a link; false where it still has none after `timeout`.
    package func waitForCarrier(
        _ name: String, timeout: Duration, clock: some Clock<Duration> = ContinuousClock()
    ) async throws -> Bool {
        let deadline = clock.now.advanced(by: timeout)
        while true {
            if try named(name).hasCarrier { return true }
            if clock.now >= deadline { return false }
            try await clock.sleep(for: .milliseconds(50))
        }
    }

    private func change(_ operation: String, _ request: NetlinkMessage) throws(NetworkError) {
        _ = try open().exchange(request, operation)
    }
}

package import NetworkTypes

/// Asks by ARP whether an address is in use on one interface (RFC 5227 section 2.1). Many probes may run at once; they
/// share one socket.
package actor ARPProber {
    private struct Probe {
        let address: IPv4Address
        let excused: Set<MACAddress>
        var isAnswered = false
    }

    private let socket: PacketSocket
    private let mac: MACAddress
    private var probes: [Int: Probe] = [:]
    private var nextID = 0

    /// `NetworkError` where the interface has no Ethernet address or no socket can be opened.
    package init(on interface: NetworkInterface) throws(NetworkError) {
        guard let mac = interface.mac else {
            throw NetworkError("probing on \(interface.name)", detail: "the interface has no Ethernet address")
        }
        self.mac = mac
        socket = try PacketSocket(on: interface, type: .arp)
    }

    /// True as soon as a machine answers for `address`, false where none did within `patience`. A second probe goes
    /// out after half of it.
    ///
    /// - Parameter client: the machine that is to get the address; its own answer does not count.
    package func isInUse(
        _ address: IPv4Address, by client: MACAddress?, patience: Duration,
        clock: some Clock<Duration> = ContinuousClock()
    ) async throws -> Bool {
        if probes.isEmpty { try drain() }
        let id = nextID
        nextID &+= 1
        probes[id] = Probe(address: address, excused: Set([mac, client].compactMap(\.self)))
        defer { probes[id] = nil }
        let start = clock.now
        for half in [patience / 2, patience] {
            try socket.send(ARPPacket.probe(for: address, from: mac).encoded, to: .broadcast)
            while clock.now < start.advanced(by: half) {
                try await clock.sleep(for: min(.milliseconds(20), patience))
                try drain()
                if probes[id]?.isAnswered == true { return true }
            }
        }
        return false
    }

    /// Hands every packet that waits to the probes it answers.
    private func drain() throws(NetworkError) {
        while let packet = try socket.receive() {
            guard let arp = ARPPacket(packet.bytes) else { continue }
            for (id, probe) in probes where arp.claims(probe.address, unlessFrom: probe.excused) {
                probes[id]?.isAnswered = true
            }
        }
    }
}

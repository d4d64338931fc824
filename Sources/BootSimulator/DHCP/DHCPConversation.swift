import NetworkTypes

/// The DHCP side of one program on one host (RFC 2131 section 3.1).
struct DHCPConversation: Sendable {
    let host: SimulatedHost
    let program: BootProgram
    let link: HostLink
    /// How long the first of four sendings waits for an answer; each further one waits twice as long. Firmware begins
    /// with 4 s (PXE 2.1).
    let retry: Duration
    let times: AnswerTimes

    private static let sendings = 4
    private static let discover: UInt8 = 1
    private static let request: UInt8 = 3
    private static let decline: UInt8 = 4
    private static let release: UInt8 = 7

    /// iPXE begins a transaction of its own.
    private var transactionID: UInt32 { program.isIPXE ? host.transactionID &+ 1 : host.transactionID }

    /// All four messages.
    func lease() async throws -> HostLease {
        let offer = try await offer()
        guard let server = offer.answer.server else { throw SimulationError("an OFFER without server identifier") }
        var request = message(Self.request)
        request.add(54, server.bytes)
        request.add(50, offer.answer.address.bytes)
        guard let arrival = try await ask(request.encoded, for: [.ack, .nak], sendings: Self.sendings) else {
            throw SimulationError("no answer to the REQUEST of \(offer.answer.address)")
        }
        let ack = arrival.answer
        guard ack.kind == .ack else { throw SimulationError("a NAK to the REQUEST of \(offer.answer.address)") }
        guard ack.address == offer.answer.address, ack.server == server, ack.leaseSeconds ?? 0 > 0,
            ack.options[1]?.count == 4
        else { throw SimulationError("an ACK that does not fit its OFFER of \(offer.answer.address): \(ack)") }
        return HostLease(
            address: ack.address, server: server, serverMAC: arrival.sender, bootFile: ack.bootFile,
            nextServer: ack.nextServer, vendorClass: ack.vendorClass,
            largestAnswer: max(ack.size, offer.answer.size))
    }

    /// DISCOVER and OFFER. An OFFER without an address is a proxy's (PXE 2.1 section 2.2) and passed over: this
    /// firmware knows none.
    func offer() async throws -> HostLink.Arrival {
        let discover = message(Self.discover).encoded
        let found = try await ask(discover, for: [.offer], sendings: Self.sendings) { !$0.address.isUnspecified }
        guard let found else { throw SimulationError("no OFFER after \(Self.sendings) DISCOVERs") }
        return found
    }

    /// Asks for an address as a host does that had it before (INIT-REBOOT): the answer's kind, nil without an answer.
    func reboot(into address: IPv4Address) async throws -> ServerAnswer.Kind? {
        var request = message(Self.request)
        request.add(50, address.bytes)
        return try await ask(request.encoded, for: [.ack, .nak], sendings: 1)?.answer.kind
    }

    /// Whether octets that are no good message get an answer all the same.
    func isAnswered(_ octets: [UInt8]) async throws -> Bool {
        try await ask(octets, for: [.offer, .ack, .nak], sendings: 1) != nil
    }

    /// A DISCOVER, to be made malformed.
    var discoverMessage: HostMessage { message(Self.discover) }

    /// Says that another machine answers at the address.
    func decline(_ lease: HostLease) throws {
        var message = bareMessage(Self.decline)
        message.add(54, lease.server.bytes)
        message.add(50, lease.address.bytes)
        try link.send(message.encoded)
    }

    /// Gives the address back, from that address to the server's.
    func release(_ lease: HostLease) throws {
        var message = bareMessage(Self.release)
        message.clientAddress = lease.address
        message.add(54, lease.server.bytes)
        try link.send(
            message.encoded, from: lease.address, to: lease.server, mac: lease.serverMAC ?? .broadcast)
    }

    private func message(_ type: UInt8) -> HostMessage {
        var message = bareMessage(type)
        message.wantsBroadcast = program.wantsBroadcast
        program.addOptions(of: host, to: &message)
        return message
    }

    private func bareMessage(_ type: UInt8) -> HostMessage {
        var message = HostMessage(mac: host.mac, transactionID: transactionID)
        message.add(53, [type])
        return message
    }

    /// Sends until one of the wanted answers comes; nil where none did.
    private func ask(
        _ octets: [UInt8], for kinds: Set<ServerAnswer.Kind>, sendings: Int,
        where fits: @escaping @Sendable (ServerAnswer) -> Bool = { _ in true }
    ) async throws -> HostLink.Arrival? {
        let began = ContinuousClock.now
        var wait = retry
        for _ in 0..<sendings {
            if let arrival = try await sendOnce(octets, wait: wait, for: { kinds.contains($0.kind) && fits($0) }) {
                times.add(arrival.at - began)
                return arrival
            }
            wait = wait * 2
        }
        return nil
    }

    private func sendOnce(
        _ octets: [UInt8], wait: Duration, for isWanted: @escaping @Sendable (ServerAnswer) -> Bool
    ) async throws -> HostLink.Arrival? {
        let arrivals = link.answers(to: host.mac)
        defer { link.close(host.mac) }
        try link.send(octets)
        let id = transactionID
        return try await withThrowingTaskGroup(of: HostLink.Arrival?.self) { group in
            group.addTask {
                for await arrival in arrivals {
                    if arrival.answer.transactionID == id && isWanted(arrival.answer) { return arrival }
                }
                return nil
            }
            group.addTask {
                try await Task.sleep(for: wait)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }
}

import BootPolicy
import DHCP
import LeasePolicy
import LinuxSystem
import Logging
import NIOCore
import NetworkTypes

/// Answers the clients of one link on one port: decodes, asks the rules, acts.
struct DHCPResponder: Sendable {
    let port: ServerPort
    let desk: LeaseDesk
    let committer: LeaseCommitter
    let bootFiles: any BootFileChoosing
    let sender: ReplySender
    let recorder: BootRecorder
    let gate: ForeignServerGate
    /// How long a probe waits for an answer.
    let patience: Duration
    /// Told where a client stands that wants to boot.
    let placed: @Sendable (MACAddress, Placement) -> Void
    let logger: Logger

    /// An answer on its way.
    private struct Reply {
        var message: Message
        var type: MessageType
        /// Nil for a NAK.
        var boot: BootAnswer?
        var isProxy = false
        var conflict: IPv4Address?
    }

    private var interface: DHCPInterface { sender.link.interface }

    /// Reads one packet; nil, counted, where it is malformed.
    func decode(_ datagram: UDPDatagram) -> ClientMessage? {
        var packet = datagram.payload
        do throws(DHCPError) {
            let source = DatagramSource(
                port: port, senderAddress: datagram.sender, senderPort: datagram.senderPort)
            let client = try ClientMessage(packet.readDHCPMessage(), on: interface, from: source)
            recorder.received(client)
            return client
        } catch {
            desk.count { $0.malformed += 1 }
            logger.debug("DHCP on \(interface.name): dropped a malformed packet: \(error)")
            return nil
        }
    }

    /// What the rules say to a message at once; everything but a probe is done quickly.
    func decide(_ client: ClientMessage) -> DHCPAction {
        if client.message.relayAddress.isUnspecified, gate.isClosed(on: interface.name) {
            return .lease(.ignore(reason: "another server gives addresses there", cause: .networkTaken))
        }
        if client.relayAgent != nil, client.type == .discover, client.bootRequest.clientClass != .other,
            let placement = desk.placement(of: client)
        {
            placed(client.mac, placement)
        }
        return desk.handle(client)
    }

    /// Does what the rules say; a probe is returned, which `probe` carries out.
    func perform(_ action: DHCPAction, for client: ClientMessage) -> IPv4Address? {
        switch action {
        case .lease(.probe(let address)): return address
        case .lease(let action): perform(action, for: client, conflict: nil)
        case .proxy(.offer(let namesFile)): proxy(.offer, namesFile: namesFile, to: client)
        case .proxy(.acknowledge): proxy(.ack, namesFile: true, to: client)
        case .proxy(.ignore(let reason, let cause)): ignore(client, cause, reason)
        }
        return nil
    }

    /// Asks whether another machine has the address, or the next one that the rules name, and does what they say then.
    func probe(_ first: IPv4Address, for client: ClientMessage) async {
        var action = LeaseAction.probe(first)
        var conflict: IPv4Address?
        while case .probe(let address) = action {
            let (next, isInUse) = await outcome(ofProbing: address, for: client)
            if isInUse { conflict = address }
            action = next
        }
        perform(action, for: client, conflict: conflict)
    }

    private func perform(_ action: LeaseAction, for client: ClientMessage, conflict: IPv4Address?) {
        let builder = ReplyBuilder(client: client, interface: interface)
        switch action {
        case .probe: break
        case .offer(let grant):
            let boot = boot(client)
            let offer = builder.lease(.offer, grant, boot: boot)
            send(Reply(message: offer, type: .offer, boot: boot, conflict: conflict), to: client)
        case .acknowledge(let grant, let changes):
            let boot = boot(client)
            let ack = builder.lease(.ack, grant, boot: boot)
            commit(changes, then: Reply(message: ack, type: .ack, boot: boot, conflict: conflict), to: client)
        case .refuse(let reason):
            send(Reply(message: builder.nak(reason: reason), type: .nak, conflict: conflict), to: client)
        case .inform(let plan):
            let boot = boot(client)
            send(Reply(message: builder.inform(plan, boot: boot), type: .ack, boot: boot), to: client)
        case .record(let changes, let reason):
            logger.debug("\(client.type) from \(client.mac) on \(interface.name): \(reason)")
            if !changes.isEmpty { _ = committer.submit(LeaseCommitter.Entry(changes: changes)) }
        case .ignore(let reason, let cause): ignore(client, cause, reason, conflict: conflict)
        }
    }

    private func outcome(
        ofProbing address: IPv4Address, for client: ClientMessage
    ) async -> (action: LeaseAction, isInUse: Bool) {
        do {
            let inUse = try await sender.link.prober.isInUse(address, by: client.mac, patience: patience)
            if inUse { logger.warning("DHCP on \(interface.name): another machine answers at \(address)") }
            return (desk.probed(address, inUse: inUse), inUse)
        } catch {
            desk.probeFailed(address)
            return (.ignore(reason: "\(address) could not be probed: \(error)"), false)
        }
    }

    private func commit(_ changes: [LeaseChange], then reply: Reply, to client: ClientMessage) {
        let failure = "the lease could not be written down"
        let entry = LeaseCommitter.Entry(
            changes: changes, acknowledge: { send(reply, to: client) },
            withhold: { recorder.unanswered(client, .storeFailed, detail: failure) })
        if !committer.submit(entry) {
            desk.count { $0.withheldAcks += 1 }
            recorder.unanswered(client, .storeFailed, detail: failure)
            logger.warning("\(client.type) from \(client.mac): the lease store does not keep up, no ACK")
        }
    }

    /// An answer of proxyDHCP; none where there is no boot file, because it would say nothing then.
    private func proxy(_ type: MessageType, namesFile: Bool, to client: ClientMessage) {
        let boot = boot(client)
        if case .none(let reason) = boot {
            ignore(client, .rules, "no boot file: \(reason)", noBootFile: reason)
            return
        }
        let message = ReplyBuilder(client: client, interface: interface)
            .proxy(type, boot: boot, namesFile: namesFile)
        send(Reply(message: message, type: type, boot: boot, isProxy: true), to: client)
    }

    private func ignore(
        _ client: ClientMessage, _ cause: IgnoreCause, _ reason: String, noBootFile: String? = nil,
        conflict: IPv4Address? = nil
    ) {
        desk.count { $0.ignored += 1 }
        recorder.unanswered(client, cause, detail: reason, noBootFile: noBootFile, conflict: conflict)
        logger.debug("\(client.type) from \(client.mac) on \(interface.name) gets no answer: \(reason)")
    }

    private func send(_ reply: Reply, to client: ClientMessage) {
        do {
            guard let destination = destination(of: reply, to: client) else {
                return ignore(client, .rules, "it has no address to be answered at")
            }
            let (bytes, left) = try reply.message.encoded(maximumSize: client.maximumSize)
            if !left.isEmpty {
                logger.debug("\(client.mac) takes \(client.maximumSize) octets: left out the options \(left)")
            }
            try sender.send(bytes, to: destination)
            desk.countReply(reply.type)
            recorder.answered(
                client, with: reply.message, reply.type, boot: reply.boot, isProxy: reply.isProxy,
                conflict: reply.conflict)
            logger.debug("\(client.type) from \(client.mac) on \(interface.name): \(reply.type) \(text(reply))")
        } catch {
            desk.count { $0.failedSends += 1 }
            recorder.unanswered(client, .rules, detail: "\(reply.type) could not be sent: \(error)")
            logger.error("\(client.type) from \(client.mac) on \(interface.name): \(reply.type) not sent: \(error)")
        }
    }

    private func destination(of reply: Reply, to client: ClientMessage) -> ReplyDestination? {
        switch port {
        case .dhcp: ReplyDestination(reply.message, type: reply.type)
        case .bootServer: client.bootClient
        }
    }

    private func boot(_ client: ClientMessage) -> BootAnswer { bootFiles.answer(to: desk.bootRequest(of: client)) }

    private func text(_ reply: Reply) -> String {
        let address = reply.message.yourAddress.isUnspecified ? "without an address" : "\(reply.message.yourAddress)"
        guard let boot = reply.boot else { return address }
        return switch boot {
        case .tftp(let server, let file): "\(address), boots \(file) from \(server)"
        case .http(let url): "\(address), boots \(url)"
        case .none(let reason): "\(address), no boot file: \(reason)"
        }
    }
}

import BootPolicy
import DHCP
import LeasePolicy
import LinuxSystem
import Logging
import NIOCore
import NetworkTypes

/// Answers the clients of one link: decodes, asks the rules, acts.
struct DHCPResponder: Sendable {
    let desk: LeaseDesk
    let committer: LeaseCommitter
    let bootFiles: any BootFileChoosing
    let sender: ReplySender
    /// How long a probe waits for an answer.
    let patience: Duration
    let logger: Logger

    private var interface: DHCPInterface { sender.link.interface }

    /// Reads one packet; nil, counted, where it is malformed.
    func decode(_ packet: ByteBuffer) async -> ClientMessage? {
        var packet = packet
        do throws(DHCPError) {
            return try ClientMessage(packet.readDHCPMessage(), on: interface)
        } catch {
            await desk.count { $0.malformed += 1 }
            logger.debug("DHCP on \(interface.name): dropped a malformed packet: \(error)")
            return nil
        }
    }

    /// What the rules say to a message at once; everything but a probe is done quickly.
    func decide(_ client: ClientMessage) async -> LeaseAction { await desk.handle(client.type, client.query) }

    /// Does what the rules say, and what they say after that.
    func perform(_ first: LeaseAction, for client: ClientMessage) async {
        var action = first
        while case .probe(let address) = action { action = await probe(address, for: client) }
        let reply = ReplyBuilder(client: client, interface: interface)
        switch action {
        case .probe: break
        case .offer(let grant):
            let boot = boot(client)
            await send(reply.lease(.offer, grant, boot: boot), .offer, to: client, "\(grant.address)\(text(boot))")
        case .acknowledge(let grant, let changes):
            await acknowledge(grant, changes, to: client, reply)
        case .refuse(let reason): await send(reply.nak(reason: reason), .nak, to: client, reason)
        case .inform(let plan):
            let boot = boot(client)
            await send(reply.inform(plan, boot: boot), .ack, to: client, "settings only\(text(boot))")
        case .record(let changes, let reason):
            logger.info("\(client.type) from \(client.mac) on \(interface.name): \(reason)")
            if !changes.isEmpty { _ = committer.submit(LeaseCommitter.Entry(changes: changes)) }
        case .ignore(let reason):
            await desk.count { $0.ignored += 1 }
            logger.debug("\(client.type) from \(client.mac) on \(interface.name) gets no answer: \(reason)")
        }
    }

    private func probe(_ address: IPv4Address, for client: ClientMessage) async -> LeaseAction {
        do {
            let inUse = try await sender.link.prober.isInUse(address, by: client.mac, patience: patience)
            if inUse { logger.warning("DHCP on \(interface.name): another machine answers at \(address)") }
            return await desk.probed(address, inUse: inUse)
        } catch {
            return .ignore(reason: "\(address) could not be probed: \(error)")
        }
    }

    private func acknowledge(
        _ grant: LeaseGrant, _ changes: [LeaseChange], to client: ClientMessage, _ reply: ReplyBuilder
    ) async {
        let boot = boot(client)
        let message = reply.lease(.ack, grant, boot: boot)
        let entry = LeaseCommitter.Entry(changes: changes) {
            await send(message, .ack, to: client, "\(grant.address)\(text(boot))")
        }
        if !committer.submit(entry) {
            await desk.count { $0.withheldAcks += 1 }
            logger.warning("\(client.type) from \(client.mac): the lease store does not keep up, no ACK")
        }
    }

    private func send(_ message: Message, _ type: MessageType, to client: ClientMessage, _ text: String) async {
        do {
            let (bytes, left) = try message.encoded(maximumSize: client.maximumSize)
            if !left.isEmpty {
                logger.debug("\(client.mac) takes \(client.maximumSize) octets: left out the options \(left)")
            }
            try await sender.send(bytes, to: ReplyDestination(message, type: type))
            await desk.countReply(type)
            logger.info("\(client.type) from \(client.mac) on \(interface.name): \(type) \(text)")
        } catch {
            await desk.count { $0.failedSends += 1 }
            logger.error("\(client.type) from \(client.mac) on \(interface.name): \(type) not sent: \(error)")
        }
    }

    private func boot(_ client: ClientMessage) -> BootAnswer { bootFiles.answer(to: client.bootRequest) }

    private func text(_ boot: BootAnswer) -> String {
        switch boot {
        case .tftp(let server, let file): ", boots \(file) from \(server)"
        case .http(let url): ", boots \(url)"
        case .none(let reason): ", no boot file: \(reason)"
        }
    }
}

import DHCP
import LeasePolicy
import NIOCore
import NetworkTypes

/// Messages of clients, each behind its length in two octets, go through decoding, the lease rules and the encoding of
/// the answer. One table serves all messages of one input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzDHCP(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var rest = Array(UnsafeBufferPointer(start: start, count: count))[...]
    var server = FuzzedServer()
    while rest.count >= 2 {
        let length = Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
        rest = rest.dropFirst(2)
        server.receive(ByteBuffer(bytes: rest.prefix(length)))
        rest = rest.dropFirst(length)
    }
    return 0
}

/// A DHCP server without sockets.
private struct FuzzedServer {
    private static let address = IPv4Address(10, 77, 0, 1)
    private var table: LeaseTable
    /// Seconds; each message comes one later.
    private var now: Int64 = 1000

    init() {
        let plans = IPv4Subnet(containing: Self.address, prefixLength: 24).map {
            SubnetPlan(subnet: $0, pools: [IPv4Address(10, 77, 0, 10)...IPv4Address(10, 77, 0, 13)])
        }
        table = LeaseTable(plans: plans.map { [$0] } ?? [], serverAddresses: [Self.address])
    }

    mutating func receive(_ packet: ByteBuffer) {
        now += 1
        var packet = packet
        let message: Message
        do {
            message = try packet.readDHCPMessage()
        } catch {
            _ = "\(error)"
            return
        }
        checkRoundTrip(message)
        guard let type = try? message.type, let query = try? query(message) else { return }
        var action = action(type, query)
        // Every second address is found in use, so that the search for another one is reached.
        while case .probe(let address) = action {
            action = table.probed(address, inUse: address.value & 1 == 1 && message.transactionID & 1 == 1, now: now)
        }
        _ = "\(type) \(action)"
        switch action {
        case .offer(let grant): answer(message, .offer, grant)
        case .acknowledge(let grant, _): answer(message, .ack, grant)
        default: break
        }
        let leased = table.entries(now: now).filter { $0.state == .leased }
        precondition(Set(leased.compactMap(\.mac)).count == leased.count, "a client has two addresses")
    }

    private mutating func action(_ type: MessageType, _ query: LeaseQuery) -> LeaseAction {
        switch type {
        case .discover: table.discover(query, now: now)
        case .request: table.request(query, now: now)
        case .decline: table.decline(query, now: now)
        case .release: table.release(query, now: now)
        default: table.inform(query)
        }
    }

    /// Nil where the message is not a host's.
    private func query(_ message: Message) throws(DHCPError) -> LeaseQuery? {
        guard message.operation == .bootRequest, let mac = message.macAddress else { return nil }
        let isRelayed = !message.relayAddress.isUnspecified
        return LeaseQuery(
            mac: mac, link: isRelayed ? message.relayAddress : Self.address, isRelayed: isRelayed,
            clientAddress: message.clientAddress, requested: try message.options.value(KnownOptions.requestedAddress),
            server: try message.options.value(KnownOptions.serverIdentifier),
            hostName: try? message.options.value(KnownOptions.hostName))
    }

    /// Whatever was read is written and read as the same, where it fits.
    private func checkRoundTrip(_ message: Message) {
        var buffer = ByteBuffer()
        guard (try? buffer.writeDHCPMessage(message, maximumSize: 1472)) != nil else { return }
        precondition(buffer.readableBytes <= 1472, "a message larger than its limit")
        guard let again = try? buffer.readDHCPMessage() else { preconditionFailure("what was written is malformed") }
        var (first, second) = (message, again)
        // Options that stand in `file` and `sname` come back in another order.
        let options = [first, second].map { Set($0.options.elements) }
        precondition(options[0] == options[1], "options were lost")
        first.options = OptionList()
        second.options = OptionList()
        precondition(first == second, "fields were lost")
    }

    private func answer(_ request: Message, _ type: MessageType, _ grant: LeaseGrant) {
        precondition(grant.plan.subnet.contains(grant.address) && grant.address != Self.address, "a wrong address")
        var reply = Message(
            operation: .bootReply, hardwareAddress: request.hardwareAddress, transactionID: request.transactionID)
        reply.yourAddress = grant.address
        reply.options.set(KnownOptions.messageType, type)
        reply.options.set(KnownOptions.serverIdentifier, Self.address)
        reply.options.set(KnownOptions.leaseTime, grant.plan.leaseSeconds)
        reply.options[OptionCode(97)] = request.options[OptionCode(97)]
        reply.options[.relayAgentInformation] = request.options[.relayAgentInformation]
        checkRoundTrip(reply)
    }
}

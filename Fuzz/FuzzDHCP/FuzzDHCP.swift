import BootPolicy
import BootTimeline
import DHCP
import FuzzSupport
import LeasePolicy
import Logging
import NIOCore
import NetworkTypes
import Synchronization

@testable import BootServices

/// Messages of clients, each behind its length in two octets, go all the way that they go in the server, but for its
/// sockets and its store. One server gets all messages of one input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzDHCP(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var rest = Array(UnsafeBufferPointer(start: start, count: count))[...]
    var server = FuzzedServer()
    while rest.count >= 2 {
        let arrival = Arrival(rest[rest.startIndex])
        let length = Int(rest[rest.startIndex] & 0x1F) << 8 | Int(rest[rest.startIndex + 1])
        rest = rest.dropFirst(2)
        server.receive(ByteBuffer(bytes: rest.prefix(length)), arrival)
        rest = rest.dropFirst(length)
    }
    return 0
}

/// How a message comes: the highest bits of its length.
private struct Arrival {
    var port: ServerPort
    /// On the link of the subnet of mode proxy.
    var isBesideOther: Bool
    /// Probes find every second address in use.
    var findsInUse: Bool

    init(_ octet: UInt8) {
        port = octet & 0x80 == 0 ? .dhcp : .bootServer
        isBesideOther = octet & 0x40 != 0
        findsInUse = octet & 0x20 != 0
    }
}

private struct FuzzedServer {
    private static let own = DHCPInterface(name: "eth1", address: IPv4Address(10, 77, 0, 1))
    private static let besideOther = DHCPInterface(name: "eth2", address: IPv4Address(10, 78, 0, 1))
    private static let manifest: BootFileManifest? = {
        func file(_ name: String, _ loader: BootLoader, _ firmware: FirmwareMode) -> BootFile {
            BootFile(name: name, loader: loader, architecture: .x64, firmware: firmware, package: "", source: "")
        }
        return try? BootFileManifest(files: [
            file("undionly.kpxe", .ipxe, .bios), file("snponly.efi", .ipxe, .uefi), file("shimx64.efi", .shim, .uefi),
        ])
    }()

    private var desk: DeskState
    private let loaders: LoaderChooser
    private let clock = Clock()
    private let log = SpokenLog.logger("dhcp")

    init() {
        func subnet(_ third: UInt8) -> IPv4Subnet {
            guard let subnet = IPv4Subnet(containing: IPv4Address(10, third, 0, 1), prefixLength: 24) else {
                preconditionFailure("no subnet")
            }
            return subnet
        }
        guard let manifest = Self.manifest else { preconditionFailure("no manifest") }
        let plans = [
            SubnetPlan(
                subnet: subnet(77), pools: [IPv4Address(10, 77, 0, 10)...IPv4Address(10, 77, 0, 13)],
                routers: [Self.own.address], dns: [Self.own.address], domain: "rack.test"),
            SubnetPlan(subnet: subnet(78), pools: [], mode: .proxy),
            SubnetPlan(subnet: subnet(79), pools: [], mode: .off),
        ]
        let clock = self.clock
        desk = DeskState(
            plans: plans, placements: PlacementRules(), serverAddresses: [Self.own.address, Self.besideOther.address],
            limits: LeaseLimits(), now: { clock.seconds })
        loaders = LoaderChooser(
            policy: BootFilePolicy(manifest: manifest, httpPort: 8080, proxied: [subnet(78)]), knowledge: { _ in nil },
            observer: SpokenTimeline(), milliseconds: { clock.seconds * 1000 })
    }

    mutating func receive(_ packet: ByteBuffer, _ arrival: Arrival) {
        clock.advance()
        var packet = packet
        let interface = arrival.isBesideOther ? Self.besideOther : Self.own
        let client: ClientMessage
        do throws(DHCPError) {
            let message = try packet.readDHCPMessage()
            checkRoundTrip(message)
            let source = DatagramSource(port: arrival.port, senderAddress: message.clientAddress, senderPort: 68)
            client = try ClientMessage(message, on: interface, from: source)
        } catch {
            log.trace("\(error)")
            return
        }
        let clock = self.clock
        let recorder = BootRecorder(
            observer: SpokenTimeline(), interface: interface, clock: { clock.seconds * 1000 })
        recorder.received(client)
        log.trace("\(String(describing: desk.placement(of: client)))")
        var action = desk.handle(client)
        while case .lease(.probe(let address)) = action {
            action = .lease(desk.probed(address, inUse: arrival.findsInUse && address.value & 1 == 1))
        }
        log.trace("\(action)")
        answer(client, action, on: interface, recorder)
        let leased = desk.entries.filter { $0.state == .leased }
        precondition(Set(leased.compactMap(\.mac)).count == leased.count, "a client has two addresses")
    }

    private func answer(
        _ client: ClientMessage, _ action: DHCPAction, on interface: DHCPInterface, _ recorder: BootRecorder
    ) {
        let builder = ReplyBuilder(client: client, interface: interface)
        let boot = loaders.answer(to: desk.bootRequest(of: client))
        switch action {
        case .lease(.offer(let grant)): send(builder.lease(.offer, grant, boot: boot), .offer, client, boot, recorder)
        case .lease(.acknowledge(let grant, _)):
            precondition(grant.plan.subnet.contains(grant.address) && grant.address != Self.own.address, "not ours")
            send(builder.lease(.ack, grant, boot: boot), .ack, client, boot, recorder)
        case .lease(.refuse(let reason)): send(builder.nak(reason: reason), .nak, client, nil, recorder)
        case .lease(.inform(let plan)): send(builder.inform(plan, boot: boot), .ack, client, boot, recorder)
        case .proxy(.offer(let namesFile)):
            let offer = builder.proxy(.offer, boot: boot, namesFile: namesFile)
            send(offer, .offer, client, boot, recorder, isProxy: true)
        case .proxy(.acknowledge):
            send(builder.proxy(.ack, boot: boot, namesFile: true), .ack, client, boot, recorder, isProxy: true)
        case .lease(.ignore(let reason, let cause)), .proxy(.ignore(let reason, let cause)):
            recorder.unanswered(client, cause, detail: reason)
        case .lease(.probe), .lease(.record): break
        }
    }

    private func send(
        _ message: Message, _ type: MessageType, _ client: ClientMessage, _ boot: BootAnswer?, _ recorder: BootRecorder,
        isProxy: Bool = false
    ) {
        checkRoundTrip(message)
        log.trace("\(ReplyDestination(message, type: type)) \(String(describing: client.bootClient))")
        do {
            var (bytes, left) = try message.encoded(maximumSize: client.maximumSize)
            precondition(bytes.readableBytes <= client.maximumSize, "larger than the client takes")
            let again = try bytes.readDHCPMessage()
            precondition(again.transactionID == message.transactionID && again.yourAddress == message.yourAddress)
            log.trace("left out \(left)")
        } catch {
            log.trace("\(error)")
        }
        recorder.answered(client, with: message, type, boot: boot, isProxy: isProxy, conflict: nil)
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
}

/// Each message comes a second after the last.
private final class Clock: Sendable {
    private let now = Mutex<Int64>(1000)

    /// Since 1970.
    var seconds: Int64 { now.withLock { $0 } }

    func advance() { now.withLock { $0 += 1 } }
}

import DHCP
import NetworkTypes
import Testing

@Suite struct ClientExchangeTests {
    private let mac = MACAddress([2, 0, 0, 0, 0, 7] as [UInt8])
    private let server = IPv4Address(10, 0, 0, 1)
    private let address = IPv4Address(10, 0, 0, 50)

    private func exchange(maximumDiscovers: Int = 10) throws -> DHCPClientExchange {
        DHCPClientExchange(
            mac: try #require(mac), transactionID: 7, hostName: "stage", vendorClass: "ingot",
            maximumDiscovers: maximumDiscovers)
    }

    private func answer(
        _ type: MessageType, id: UInt32 = 7, from server: IPv4Address? = nil,
        mask: IPv4Address? = .init(255, 255, 255, 0)
    ) -> Message {
        var message = Message(operation: .bootReply, hardwareAddress: [2, 0, 0, 0, 0, 7], transactionID: id)
        message.yourAddress = address
        message.options.set(KnownOptions.messageType, type)
        message.options.set(KnownOptions.serverIdentifier, server ?? self.server)
        message.options.set(KnownOptions.subnetMask, mask)
        message.options.set(KnownOptions.routers, [IPv4Address(10, 0, 0, 254)])
        message.options.set(KnownOptions.dnsServers, [IPv4Address(10, 0, 0, 53)])
        message.options.set(KnownOptions.leaseTime, 600)
        return message
    }

    private func sent(_ action: DHCPClientExchange.Action) throws -> (message: Message, wait: Duration) {
        guard case .send(let message, let wait) = action else {
            Issue.record("expected a message to send, found \(action)")
            throw Unexpected()
        }
        return (message, wait)
    }

    private struct Unexpected: Error {}

    @Test func getsAnAddressInFourMessages() throws {
        var exchange = try exchange()
        let discover = try sent(exchange.start()).message
        #expect(try discover.type == .discover)
        let request = try sent(exchange.received(answer(.offer))).message
        #expect(try request.type == .request)
        #expect(try request.options.value(KnownOptions.requestedAddress) == address)
        #expect(try request.options.value(KnownOptions.serverIdentifier) == server)
        #expect(request.clientAddress.isUnspecified)
        guard case .bound(let lease) = exchange.received(answer(.ack)) else {
            Issue.record("not bound")
            return
        }
        #expect(lease.address == address && lease.prefixLength == 24 && lease.leaseSeconds == 600)
        #expect(lease.routers == [IPv4Address(10, 0, 0, 254)] && lease.dns == [IPv4Address(10, 0, 0, 53)])
    }

    @Test func isKnownByItsMACAddressAlone() throws {
        var exchange = try exchange()
        let message = try sent(exchange.start()).message
        #expect(message.options[OptionCode(61)] == nil)
        #expect(message.macAddress == mac)
        #expect(!message.wantsBroadcast)
    }

    @Test func waitsLongerFromTryToTryAndThenGivesUp() throws {
        var exchange = try exchange(maximumDiscovers: 5)
        var waits = [try sent(exchange.start()).wait]
        for _ in 1..<5 { waits.append(try sent(exchange.timedOut()).wait) }
        #expect(waits == [1, 2, 4, 8, 8].map { .seconds($0) })
        guard case .fail = exchange.timedOut() else {
            Issue.record("goes on after the last try")
            return
        }
    }

    @Test func asksAgainAndThenBeginsAnewWhereTheServerFallsSilent() throws {
        var exchange = try exchange()
        _ = exchange.start()
        _ = exchange.received(answer(.offer))
        for _ in 0..<3 { #expect(try sent(exchange.timedOut()).message.type == .request) }
        let again = try sent(exchange.timedOut()).message
        #expect(try again.type == .discover)
        #expect(again.transactionID == 8)
    }

    @Test func beginsAnewAfterANAK() throws {
        var exchange = try exchange()
        _ = exchange.start()
        _ = exchange.received(answer(.offer))
        #expect(try sent(exchange.received(answer(.nak))).message.type == .discover)
    }

    @Test func passesOverWhatIsNotForIt() throws {
        var exchange = try exchange()
        _ = exchange.start()
        var toAnother = answer(.offer)
        toAnother.hardwareAddress[5] = 9
        var request = answer(.offer)
        request.operation = .bootRequest
        var withoutAddress = answer(.offer)
        withoutAddress.yourAddress = .any
        let strange = [
            answer(.offer, id: 9), toAnother, request, withoutAddress, answer(.ack), answer(.nak),
            answer(.offer, mask: nil), answer(.offer, mask: IPv4Address(255, 0, 255, 0)),
        ]
        for message in strange {
            guard case .ignore = exchange.received(message) else {
                Issue.record("took \(message)")
                return
            }
        }
        _ = exchange.received(answer(.offer))
        let other = IPv4Address(10, 0, 0, 9)
        for message in [answer(.ack, from: other), answer(.nak, from: other), answer(.offer)] {
            guard case .ignore = exchange.received(message) else {
                Issue.record("took \(message)")
                return
            }
        }
    }

    @Test(arguments: [(IPv4Address.any, 0), (.init(255, 255, 255, 252), 30), (.broadcast, 32)])
    func readsEveryNetmask(mask: IPv4Address, length: Int) throws {
        #expect(try DHCPClientLease(answer(.ack, mask: mask)).prefixLength == length)
    }
}

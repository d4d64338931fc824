import BootServices
import LeasePolicy
import NetworkTypes
import Testing

/// Who is there, who is gone, and whether this server falls silent; without sockets or clocks.
struct ForeignServersTests {
    private static let warn = ForeignServerRules(mode: .authoritative, policy: .warn)
    private static let refuse = ForeignServerRules(mode: .authoritative, policy: .refuse)
    private static let proxy = ForeignServerRules(mode: .proxy, policy: .refuse)
    private static let off = ForeignServerRules(mode: .off, policy: .refuse)
    private static let own = IPv4Address(10, 77, 0, 1)
    private static let given = IPv4Address(10, 77, 0, 100)

    @Test func tellsOfAServerOnceAndKeepsWhatItOffered() throws {
        var servers = ForeignServers(ownAddresses: [Self.own])
        let first = servers.hear(ForeignAnswers.answer(address: Self.given), rules: Self.warn, now: 1000)
        guard case .foreign(let server, isNew: true) = first else { throw Unexpected(verdict: first) }
        #expect(server.address == ForeignAnswers.server && server.mac == ForeignAnswers.serverMAC)
        #expect(server.firstSeen == 1000 && server.lastAddress == 1000 && server.bootFile == nil && !server.isProxy)
        let answer = ForeignAnswers.answer("ACK", isProxy: true, bootFile: "x.efi")
        let second = servers.hear(answer, rules: Self.warn, now: 2000)
        guard case .foreign(let again, isNew: false) = second else { throw Unexpected(verdict: second) }
        #expect(again.firstSeen == 1000 && again.lastSeen == 2000 && again.lastAddress == 1000)
        #expect(again.bootFile == "x.efi" && again.isProxy)
        #expect(servers.servers == [again])
    }

    @Test func neverTellsOfItself() {
        var servers = ForeignServers(ownAddresses: [Self.own])
        let byIdentifier = ForeignAnswers.answer(from: Self.own, address: Self.given)
        let bySource = ForeignAnswers.answer(source: Self.own, address: Self.given)
        for answer in [byIdentifier, bySource] {
            let verdict = servers.hear(answer, rules: Self.refuse, now: 0)
            #expect(verdict == .own)
        }
        #expect(servers.servers.isEmpty)
        #expect(!servers.silence(rules: Self.refuse, now: 0))
    }

    @Test func expectsTheServerThatGivesAddressesBesideAProxy() throws {
        var servers = ForeignServers(ownAddresses: [Self.own])
        let answer = ForeignAnswers.answer(address: Self.given, bootFile: "x.efi")
        let first = servers.hear(answer, rules: Self.proxy, now: 0)
        #expect(first == .expected)
        #expect(servers.servers.isEmpty)
        let verdict = servers.hear(ForeignAnswers.answer(isProxy: true), rules: Self.proxy, now: 0)
        guard case .foreign(_, isNew: true) = verdict else { throw Unexpected(verdict: verdict) }
        #expect(!servers.silence(rules: Self.proxy, now: 0))
    }

    @Test func expectsEverythingWhereNothingIsAnswered() {
        var servers = ForeignServers(ownAddresses: [Self.own])
        for answer in [ForeignAnswers.answer(address: Self.given), ForeignAnswers.answer(isProxy: true)] {
            let verdict = servers.hear(answer, rules: Self.off, now: 0)
            #expect(verdict == .expected)
        }
    }

    @Test func isSilentUntilTheOtherServerWasUnseenForThreeMinutes() {
        var servers = ForeignServers(ownAddresses: [Self.own])
        _ = servers.hear(ForeignAnswers.answer(address: Self.given), rules: Self.refuse, now: 0)
        #expect(servers.silence(rules: Self.refuse, now: 179_999))
        #expect(!servers.silence(rules: Self.warn, now: 179_999))
        let early = servers.elapse(now: 179_999)
        #expect(early.isEmpty)
        #expect(!servers.silence(rules: Self.refuse, now: 180_000))
        let gone = servers.elapse(now: 180_000)
        #expect(gone.map(\.address) == [ForeignAnswers.server])
        #expect(servers.servers.isEmpty)
    }

    @Test func isSilentForARefusalToo() {
        var servers = ForeignServers(ownAddresses: [Self.own])
        _ = servers.hear(ForeignAnswers.answer("NAK"), rules: Self.refuse, now: 0)
        #expect(servers.silence(rules: Self.refuse, now: 1))
    }

    @Test func isNotSilentForAProxyOrForOneThatGivesNoAddressesAnyMore() {
        var servers = ForeignServers(ownAddresses: [Self.own])
        _ = servers.hear(ForeignAnswers.answer(isProxy: true), rules: Self.refuse, now: 0)
        #expect(!servers.silence(rules: Self.refuse, now: 0))
        _ = servers.hear(ForeignAnswers.answer(address: Self.given), rules: Self.refuse, now: 0)
        _ = servers.hear(ForeignAnswers.answer(isProxy: true), rules: Self.refuse, now: 100_000)
        #expect(servers.silence(rules: Self.refuse, now: 100_000))
        #expect(!servers.silence(rules: Self.refuse, now: 200_000))
        #expect(servers.servers.count == 1)
    }

    @Test func remembersABoundedNumberAndForgetsTheOldest() {
        var servers = ForeignServers(ownAddresses: [Self.own])
        for number in 0...ForeignServers.capacity {
            let server = IPv4Address(value: 0x0A00_0001 + UInt32(number))
            _ = servers.hear(ForeignAnswers.answer(from: server), rules: Self.warn, now: Int64(number))
        }
        #expect(servers.servers.count == ForeignServers.capacity)
        #expect(servers.servers.first?.address == IPv4Address(10, 0, 0, 2))
    }

    private struct Unexpected: Error {
        var verdict: ForeignServers.Verdict
    }
}

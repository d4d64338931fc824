import BootSimulator
import NetworkTypes
import Testing

@Suite struct FleetTests {
    @Test func theSameSeedMakesTheSameHosts() throws {
        let first = try Fleet(clients: 100, broken: BrokenHosts("20"), seed: 3)
        #expect(try Fleet(clients: 100, broken: BrokenHosts("20"), seed: 3) == first)
        #expect(try Fleet(clients: 100, broken: BrokenHosts("20"), seed: 4) != first)
    }

    /// The first numbers of SplitMix64 from seed 1234567, as other implementations give them.
    @Test func theGeneratorIsTheKnownOne() {
        var generator = SeededGenerator(seed: 1_234_567)
        #expect((0..<2).map { _ in generator.next() } == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973])
    }

    @Test func everyHostIsAnotherOne() throws {
        let hosts = try Fleet(clients: 1000, broken: BrokenHosts("0"), seed: 1).hosts
        #expect(hosts.count == 1000)
        #expect(Set(hosts.map(\.mac)).count == 1000)
        #expect(Set(hosts.map(\.systemUUID)).count == 1000)
        for host in hosts { #expect(host.mac.octets.0 & 0x03 == 0x02, "\(host.mac) is not locally administered") }
    }

    @Test func theFirstHostCanHaveAKnownAddress() throws {
        let mac = try #require(MACAddress("02:00:00:00:00:51"))
        let hosts = try Fleet(clients: 3, broken: BrokenHosts("stalls"), seed: 1, first: mac).hosts
        #expect(hosts.first?.mac == mac && Set(hosts.map(\.mac)).count == 3)
    }

    @Test func spreadsHostsOverTheirKinds() throws {
        let hosts = try Fleet(clients: 1000, broken: BrokenHosts("100"), seed: 1).hosts
        for kind in HostKind.broken { #expect(hosts.count { $0.kind == kind } == 10, "\(kind)") }
        for kind in HostKind.healthy { #expect(hosts.count { $0.kind == kind } == 225, "\(kind)") }
    }

    @Test func readsAListOfBrokenHosts() throws {
        #expect(try BrokenHosts("declines,stalls=2").kinds == [.declines, .stalls, .stalls])
        #expect(try BrokenHosts("0").kinds.isEmpty)
    }

    @Test(arguments: ["", "-1", "bios-pxe", "declines,", "declines=", "declines=0", "declines=x", "=2", "1000001"])
    func refusesWhatNamesNoBrokenHosts(text: String) {
        #expect(throws: SimulationError.self) { try BrokenHosts(text) }
    }

    @Test func refusesMoreBrokenHostsThanHosts() {
        #expect(throws: SimulationError.self) { try Fleet(clients: 2, broken: BrokenHosts("3"), seed: 1) }
        #expect(throws: SimulationError.self) { try Fleet(clients: 0, broken: BrokenHosts("0"), seed: 1) }
    }

    @Test func everyKindHasAnEndingOfItsOwn() {
        #expect(HostKind.healthy.count + HostKind.broken.count == HostKind.allCases.count)
        #expect(Set(HostKind.broken.map(\.expectedEnding)).count == HostKind.broken.count)
    }
}

import BootPolicy
import BootTimeline
import FoundationEssentials
import HTTPServices
import Hummingbird
import HummingbirdTesting
import NetworkTypes
import Provisioning
import Store
import Synchronization
import Testing
import UserAPI

/// Hosts behind switch ports that the configuration knows.
struct PlacementTests {
    private static let made = "host-525400000001"

    let server: Installation

    init() throws { server = try Installation() }

    @Test func aPlacementNamesTheHostThatGreetsLater() async throws {
        try await place("db1", unit: 7)
        #expect(try await host() == nil)
        _ = try await server.greet()
        let greeted = try await host()
        #expect(greeted?.name == "db1" && greeted?.standing == .discovered)
    }

    @Test func aPlacementNamesAHostThatGreetedBefore() async throws {
        _ = try await server.greet()
        #expect(try await host()?.name == Self.made)
        try await place("db1", unit: 7)
        #expect(try await host()?.name == "db1")
        _ = try await server.greet()
        #expect(try await host()?.name == "db1")
    }

    @Test func aPlacementWithoutANameLeavesTheNameAlone() async throws {
        try await place(nil, unit: 7)
        _ = try await server.greet()
        #expect(try await host()?.name == Self.made)
    }

    @Test func aHostFollowsItsPlacementUntilAnOperatorNamesIt() async throws {
        try await place("db1", unit: 7)
        _ = try await server.greet()
        _ = try await server.provisioner.accept(host: "db1", name: nil)
        try await place("db2", unit: 8)
        #expect(try await host()?.name == "db2")
        _ = try await server.provisioner.accept(host: "db2", name: "mine")
        try await place("db3", unit: 9)
        _ = try await server.greet()
        #expect(try await host()?.name == "mine")
        #expect(try await host()?.standing == .accepted)
    }

    @Test func anOperatorsNameStaysWhereAPlacementComesLater() async throws {
        _ = try await server.greet()
        _ = try await server.provisioner.accept(host: Self.made, name: "mine")
        try await place("db1", unit: 7)
        _ = try await server.greet()
        #expect(try await host()?.name == "mine")
    }

    @Test func aHostWhosePlaceIsNamedLikeAnotherKeepsItsNameUntilThatIsFree() async throws {
        let told = Events()
        let provisioner = provisioner(store: server.store, told: told)
        _ = try await server.greet(Installation.greeting(mac: Installation.otherMAC))
        let holder = try await provisioner.accept(host: Installation.otherMAC.description, name: "db1")
        _ = try await server.greet()
        try await place("db1", unit: 7, by: provisioner)
        #expect(try await host()?.name == Self.made)
        let clash = BootEvent(
            at: server.now.value * 1000, mac: Installation.mac, occurrence: .nameTaken(name: "db1", holder: holder.id))
        #expect(told.events == [clash])

        _ = try await server.greet()
        #expect(try await host()?.name == Self.made)
        _ = try await provisioner.accept(host: "db1", name: "db2")
        _ = try await server.greet()
        #expect(try await host()?.name == "db1")
        #expect(try await host(Installation.otherMAC)?.name == "db2")
    }

    @Test func aHostThatLosesItsPlaceToACollisionKeepsThatNameAndStillFollows() async throws {
        try await place("db1", unit: 7)
        _ = try await server.greet()
        _ = try await server.greet(Installation.greeting(mac: Installation.otherMAC))
        _ = try await server.provisioner.accept(host: Installation.otherMAC.description, name: "db2")
        try await place("db2", unit: 8)
        #expect(try await host()?.name == "db1")
        try await place("db3", unit: 9)
        #expect(try await host()?.name == "db3")
    }

    @Test func aKnownPlacementWritesNothing() async throws {
        let directory = "/tmp/ingot-placement-\(UInt64.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let store = try Store(path: directory + "/ingot.sqlite")
        let provisioner = provisioner(store: store, told: Events())
        let log = URL(filePath: directory + "/ingot.sqlite-wal")
        try await place("db1", unit: 7, by: provisioner)
        let before = try Data(contentsOf: log)
        try await place("db1", unit: 7, by: provisioner)
        #expect(try Data(contentsOf: log) == before)
        try await place("db1", unit: 8, by: provisioner)
        #expect(try Data(contentsOf: log) != before)
        try store.close()
    }

    @Test func theAPIShowsWhereHostsStandAndListsARack() async throws {
        let place = Placement(name: "db1", rack: "R 12", unit: 7, port: "Eth1/7 of leaf-1")
        try await server.provisioner.place([Installation.mac: place])
        _ = try await server.greet()
        _ = try await server.greet(Installation.greeting(mac: Installation.otherMAC))
        let expected = HostPlacement(name: "db1", rack: "R 12", unit: 7, switchPort: "Eth1/7 of leaf-1")
        try await serve { api in
            let all: Page<HostSummary> = try await api.get(APIRoute.hosts)
            #expect(all.items.map(\.placement) == [expected, nil])
            let rack: Page<HostSummary> = try await api.get(APIRoute.hostsOfRack("R 12"))
            #expect(rack.items.map(\.name) == ["db1"])
            let other: Page<HostSummary> = try await api.get(APIRoute.hostsOfRack("R"))
            #expect(other.items.isEmpty)
            let detail: HostDetail = try await api.get(APIRoute.host("db1"))
            #expect(detail.host.placement == expected)
        }
    }

    private func place(_ name: String?, unit: Int, by provisioner: Provisioner? = nil) async throws {
        let place = Placement(name: name, rack: "R12", unit: unit, port: "Eth1/\(unit)")
        try await (provisioner ?? server.provisioner).place([Installation.mac: place])
    }

    private func host(_ mac: MACAddress = Installation.mac) async throws -> Host? {
        try await server.store.read { try $0.host(mac: mac) }
    }

    private func provisioner(store: Store, told: Events) -> Provisioner {
        Provisioner(
            store: store, documents: FixedKeySigner(key: server.key), receipts: PlainReceipts(), seeds: NoSeeds(),
            serverVersion: "test", clock: { [now = server.now] in now.value }, observer: told, log: Installation.log)
    }

    private func serve(_ body: @Sendable (OperationAPI) async throws -> Void) async throws {
        let images = try ImageInstallation(provisioner: server.provisioner)
        let token = try await server.provisioner.makeAPIToken(name: "administrator")
        let router = try await OperatedRack(server).router(images: images.services)
        try await Application(router: router, logger: Installation.log).test(.router) { client in
            try await body(OperationAPI(client: client, token: token))
        }
    }
}

/// Keeps what the timeline is told.
private final class Events: BootObserving {
    private let kept = Mutex<[BootEvent]>([])

    func record(_ event: BootEvent) { kept.withLock { $0.append(event) } }

    var events: [BootEvent] { kept.withLock { $0 } }
}

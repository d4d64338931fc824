import AgentProtocol
import BootTimeline
import FoundationEssentials
import HTTPServices
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import NetworkTypes
import Provisioning
import Store
import Synchronization
import Testing
import UserAPI

/// Hosts that come back again and again, as the server and its operators see them.
struct ParkingTests {
    let server: Installation

    init() throws { server = try Installation() }

    @Test func aHostThatStartsFiveStagesInVainIsParkedAndNotWritten() async throws {
        let deployment = try await server.orderedHost()
        #expect(try await boot(4) == Array(repeating: true, count: 4))
        #expect(try await parking() == nil)
        #expect(try await boot(1) == [true])
        let reason = try #require(try await parking()?.reason)
        #expect(reason.contains("5 times within 30 minutes"))
        let shown = try waitReason(await server.greet().assignment)
        #expect(shown.contains("host db1 is parked: \(reason)") && shown.contains("ingot host unpark db1"))
        let stored = try await server.deployment(deployment.id)
        #expect(stored?.state == .waiting && stored?.attempt == 0)
    }

    @Test func aParkedHostStaysParkedWhateverItDoesAndTakesNoOrder() async throws {
        let deployment = try await server.orderedHost()
        _ = try await boot(5)
        let parked = try await parking()
        server.now.advance(by: 3600)
        _ = try await boot(1)
        _ = try await server.greet()
        _ = try await server.cancel(deployment.id)
        #expect(parked != nil)
        #expect(try await parking() == parked)
        let refusal = await #expect(throws: ProvisioningError.self) { try await server.order(host: "db1") }
        #expect(refusal?.kind == .conflict && refusal?.description.contains("ingot host unpark db1") == true)
    }

    @Test func theStageOfAHostThatGoesOnTakesItsOrderWithoutAReboot() async throws {
        let deployment = try await server.orderedHost()
        _ = try await boot(5)
        let session = try await session(server.greet())
        try await server.provisioner.unpark(host: "db1")
        let assignment = try await server.provisioner.assignment(session, serverURL: "")
        #expect(try server.order(in: assignment)?.deploymentID == deployment.id)
        #expect(try await parking() == nil)
    }

    @Test func aHostThatFallsThroughFromItsDiskIsParkedInTheStageAndUnparkedToItsDisk() async throws {
        _ = try await server.orderedHost()
        try await commit()
        #expect(try await boot(9) == Array(repeating: false, count: 9))
        #expect(try await boot(1) == [true])
        #expect(try await parking()?.reason.contains("its own disk 10 times within 60 minutes") == true)
        let welcome = try await server.greet()
        #expect(try waitReason(welcome.assignment).contains("is parked"))
        let session = try await session(welcome)
        let waiting = try await server.provisioner.assignment(session, serverURL: "")
        #expect(try waitReason(waiting).contains("is parked"))
        try await server.provisioner.unpark(host: "db1")
        guard case .reboot(let reason) = try await server.provisioner.assignment(session, serverURL: "") else {
            throw TestFailure("no reboot")
        }
        #expect(reason == "host db1 starts its own disk")
        #expect(try await boot(1) == [false])
    }

    @Test func aPhaseThatBeginsStartsTheCountAnew() async throws {
        _ = try await server.orderedHost()
        _ = try await boot(3)
        let session = try await session(server.greet())
        try await server.provisioner.record(EventBatch(events: [.phaseStarted(.inspect)]), session: session)
        _ = try await boot(4)
        #expect(try await parking() == nil)
        _ = try await boot(1)
        #expect(try await parking() != nil)
    }

    @Test func bytesAndLogLinesAloneAreNoProgress() async throws {
        _ = try await server.orderedHost()
        _ = try await boot(3)
        let session = try await session(server.greet())
        try await server.provisioner.record(
            EventBatch(events: [.progress(.write, done: 1, total: 2), .log("hello")]), session: session)
        _ = try await boot(2)
        #expect(try await parking() != nil)
    }

    @Test func anOrderWhoseAttemptsAreUsedUpEndsBeforeItsHostIsParked() async throws {
        let deployment = try await server.orderedHost()
        for _ in 1...4 {
            server.now.advance(by: 60)
            _ = try await server.greet()
        }
        #expect(try await server.deployment(deployment.id)?.state == .parked)
        #expect(try await parking() == nil)
        _ = try await boot(4)
        #expect(try await parking() == nil)
        _ = try await boot(1)
        #expect(try await parking() != nil)
    }

    @Test func anOrderThatRanOutStartsTheCountAnew() async throws {
        let deployment = try await server.orderedHost()
        server.now.advance(by: 24 * 3600 - 240)
        _ = try await boot(4)
        try await server.provisioner.endOverdueDeployments()
        #expect(try await server.deployment(deployment.id)?.state == .expired)
        _ = try await boot(4)
        #expect(try await parking() == nil)
    }

    @Test func anInstalledSystemThatCallsHomeStartsTheCountAnew() async throws {
        let deployment = try await server.orderedHost()
        try await commit()
        _ = try await boot(9)
        try await server.provisioner.record(
            CallHome(
                deploymentID: deployment.id, nonce: deployment.nonce, bootID: "system", machineID: "m",
                rootDiskSerial: "D1", rootDiskPath: "", cloudInitStatus: "done", cloudInitErrors: []))
        #expect(try await boot(9) == Array(repeating: false, count: 9))
        #expect(try await parking() == nil)
    }

    @Test(arguments: ["accept", "order", "cancel"])
    func whatAnOperatorDoesStartsTheCountAnew(deed: String) async throws {
        let deployment = try await server.orderedHost()
        if deed == "order" { _ = try await server.cancel(deployment.id) }
        _ = try await boot(4)
        switch deed {
        case "accept": _ = try await server.provisioner.accept(host: "db1", name: "db2")
        case "order": _ = try await server.order(host: "db1")
        default: _ = try await server.cancel(deployment.id)
        }
        _ = try await boot(4)
        #expect(try await parking() == nil)
    }

    @Test func aHostThatWaitsToBeAcceptedIsInNoLoop() async throws {
        let session = try await session(server.greet())
        for _ in 1...200 {
            server.now.advance(by: 5)
            _ = try await server.provisioner.assignment(session, serverURL: "")
        }
        #expect(try await parking() == nil)
        _ = try await boot(5)
        #expect(try await parking() != nil, "five more boots are a loop, whatever the host waits for")
    }

    @Test func aProtectedHostAlwaysStartsItsOwnDisk() async throws {
        _ = try await server.greet()
        _ = try await server.provisioner.accept(host: Installation.mac.description, name: "db1")
        _ = try await server.provisioner.protect(host: "db1", isProtected: true)
        #expect(try await boot(20) == Array(repeating: false, count: 20))
        #expect(try await parking() == nil)
    }

    @Test func aHostThatNeverGreetedIsNoHostToPark() async throws {
        #expect(try await boot(20) == Array(repeating: true, count: 20))
        _ = try await server.greet()
        #expect(try await parking() == nil)
    }

    @Test func aHostThatWasForgottenIsCountedFromNothing() async throws {
        _ = try await server.greet()
        _ = try await boot(5)
        #expect(try await parking() != nil)
        try await server.provisioner.remove(host: Installation.mac.description)
        _ = try await server.greet()
        #expect(try await parking() == nil)
    }

    @Test func theTimelineTellsOfTheParkingOnceAndOfWhatHappenedBefore() async throws {
        let told = Told()
        let provisioner = Provisioner(
            store: server.store, documents: FixedKeySigner(key: server.key), receipts: PlainReceipts(),
            seeds: NoSeeds(), serverVersion: "test", clock: { [now = server.now] in now.value },
            observer: told, milliseconds: { 1234 }, log: Installation.log)
        guard case .stage(let token) = try await provisioner.bootPlan(mac: Installation.mac) else {
            throw TestFailure("no stage")
        }
        _ = try await provisioner.greet(Installation.greeting(), bootToken: token, serverURL: "")
        for _ in 1...8 {
            server.now.advance(by: 60)
            _ = try await provisioner.bootPlan(mac: Installation.mac)
        }
        let reason = try #require(try await parking()?.reason)
        #expect(told.events.map(\.mac) == [Installation.mac, Installation.mac])
        #expect(told.events.map(\.at) == [1234, 1234])
        #expect(
            told.events.map(\.occurrence) == [
                .greeting(firmware: .uefi, secureBoot: false), .parked(reason: reason),
            ])
    }

    @Test func theTimelineTellsOfPhasesAndEnds() async throws {
        let deployment = try await server.orderedHost()
        let told = Told()
        let provisioner = Provisioner(
            store: server.store, documents: FixedKeySigner(key: server.key), receipts: PlainReceipts(),
            seeds: NoSeeds(), serverVersion: "test", clock: { [now = server.now] in now.value },
            observer: told, milliseconds: { 1234 }, log: Installation.log)
        let session = try await session(server.greet())
        let batch = EventBatch(events: [.phaseStarted(.inspect), .log("x"), .phaseStarted(.write)])
        try await provisioner.record(batch, session: session)
        try await provisioner.record(
            .failed(phase: .write, code: .diskSelection, message: "no disk"), session: session)
        let id = deployment.id
        #expect(
            told.events.map(\.occurrence) == [
                .phase(deployment: id, name: "inspect"), .phase(deployment: id, name: "write"),
                .deploymentEnded(deployment: id, state: "failed", message: "no disk"),
            ])
    }

    @Test func theAPIShowsAParkedHostAndLetsItGoOn() async throws {
        _ = try await server.orderedHost()
        _ = try await boot(5)
        let parked = try #require(try await parking())
        let expected = ParkingDetail(since: Timestamp(parked.since), reason: parked.reason)
        try await serve { client, token in
            let list = try await client.send(.get, APIRoute.hosts, token: token)
            let hosts = try JSONDecoder().decode(Page<HostSummary>.self, from: Data(list.bytes)).items
            #expect(hosts.map(\.parking) == [expected])
            let refused = try await change(client, token, HostChange(isParked: true))
            #expect(refused.status == .unprocessableContent)
            let answer = try await change(client, token, HostChange(isParked: false))
            let detail = try JSONDecoder().decode(HostDetail.self, from: Data(answer.bytes))
            #expect(answer.status == .ok && detail.host.parking == nil && detail.host.name == "db1")
        }
        #expect(try await parking() == nil)
    }

    @Test func theStatusNamesOtherDHCPServers() async throws {
        let other = OtherDHCPServer(
            interface: "eth1", address: IPv4Address(10, 0, 0, 66), mac: Installation.otherMAC,
            firstSeen: Timestamp(1), lastSeen: Timestamp(2), givesAddresses: true, isProxy: false,
            bootFile: "rogue.efi", isGivenWay: true)
        try await serve(facts: OtherServers(otherDHCPServers: [other])) { client, token in
            let answer = try await client.send(.get, APIRoute.status, token: token)
            let status = try JSONDecoder().decode(ServerStatus.self, from: Data(answer.bytes))
            #expect(status.otherDHCPServers == [other])
            let text =
                "another DHCP server on eth1: 10.0.0.66 (52:54:00:00:00:02), gives addresses, offers rogue.efi, "
                + "seen from 1970-01-01T00:00:01Z to 1970-01-01T00:00:02Z; nobody is answered there"
            #expect("\(other)" == text)
        }
    }

    /// Asks for the boot script once a minute, as a host does that restarts; whether each one started the stage.
    private func boot(_ count: Int) async throws -> [Bool] {
        var isStage: [Bool] = []
        for _ in 0..<count {
            server.now.advance(by: 60)
            isStage.append(try await server.bootToken() != nil)
        }
        return isStage
    }

    private func parking() async throws -> HostParking? {
        try await server.store.read { tx in
            try tx.host(mac: Installation.mac).flatMap { try tx.bootLoop(hostID: $0.id).parking }
        }
    }

    private func waitReason(_ assignment: Assignment) throws -> String {
        guard case .wait(let reason, _) = assignment else { throw TestFailure("\(assignment)") }
        return reason
    }

    private func session(_ welcome: Welcome) async throws -> SessionRecord {
        try await server.provisioner.session(token: welcome.sessionToken)
    }

    private func commit() async throws {
        let session = try await session(server.greet())
        try await server.provisioner.record(.committed(Installation.proof), session: session)
    }

    private func serve(
        facts: any ServerFacts = NoFacts(), _ body: @Sendable (any TestClientProtocol, String) async throws -> Void
    ) async throws {
        let images = try ImageInstallation(provisioner: server.provisioner)
        let token = try await server.provisioner.makeAPIToken(name: "administrator")
        let listener = UserListener(
            provisioner: server.provisioner, settings: AnySettings(), facts: facts, images: images.services,
            usage: .fixed(server.provisioner),
            controls: .idle(server.provisioner),
            recorder: TimelineRecorder(store: server.store, log: Installation.log), captures: FixedCaptures())
        try await Application(router: listener.router(), logger: Installation.log).test(.router) { client in
            try await body(client, token)
        }
    }

    private func change(
        _ client: any TestClientProtocol, _ token: String, _ change: HostChange
    ) async throws -> TestResponse {
        try await client.executeRequest(
            uri: APIRoute.host("db1"), method: .patch, headers: [.authorization: "Bearer \(token)"],
            body: ByteBuffer(bytes: FoundationEssentials.JSONEncoder().encode(change)))
    }
}

/// Facts of a server that heard these others.
private struct OtherServers: ServerFacts {
    let otherDHCPServers: [OtherDHCPServer]

    var interfaces: [InterfaceStatus] { [] }

    func leases() async throws -> [LeaseSummary] { [] }

    func chunkStoreFreeBytes() -> UInt64? { nil }

    func warnings() async -> [String] { [] }
}

/// Keeps what the timeline is told.
private final class Told: BootObserving {
    private let kept = Mutex<[BootEvent]>([])

    func record(_ event: BootEvent) { kept.withLock { $0.append(event) } }

    var events: [BootEvent] { kept.withLock { $0 } }
}

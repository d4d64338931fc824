import AgentProtocol
import HTTPServices
import NetworkTypes
import Provisioning
import Store
import Testing

/// Boards that cannot be told apart: nothing is written to any of them until an operator has looked.
struct IdentityConflictTests {
    private static let uuid = "00112233-4455-6677-8899-aabbccddeeff"
    private static let swapped = "33221100-5544-7766-8899-aabbccddeeff"
    private static let otherUUID = "8f14e45f-ceea-467f-9575-6a1e2b3c4d5e"

    let server: Installation

    init() throws { server = try Installation() }

    @Test(
        "T7: of two boards with one system UUID, in either byte order, neither gets an order",
        arguments: [uuid, swapped])
    func parksTheHostWhoseUUIDAnotherBoardHas(reported: String) async throws {
        let deployment = try await orderedHost()
        let refusal = await #expect(throws: ProvisioningError.self) {
            try await greet(Installation.otherMAC, uuid: reported, serial: "S2")
        }
        #expect(refusal?.kind == .conflict)
        try await expectNothingIsWritten(deployment)
        let unknown = await #expect(throws: ProvisioningError.self) {
            try await server.order(host: Installation.otherMAC.description)
        }
        #expect(unknown?.kind == .notFound, "the second board is no host that could get an order")
        try await expectOrderAfterUnparking(deployment)
    }

    @Test("T7: of two boards with one MAC address neither gets an order", arguments: [otherUUID, uuid, nil])
    func parksTheHostWhoseMACAddressAnotherBoardHas(reported: String?) async throws {
        let deployment = try await orderedHost()
        // With the same UUID, or none, the serial number still tells that it is another board.
        let refusal = await #expect(throws: ProvisioningError.self) {
            try await greet(Installation.mac, uuid: reported, serial: "S2")
        }
        #expect(refusal?.kind == .forbidden)
        let host = try await server.store.read { try $0.host(mac: Installation.mac) }
        #expect(host?.serial == "S1", "the second board changed nothing of what is known of the first")
        try await expectNothingIsWritten(deployment)
        try await expectOrderAfterUnparking(deployment)
    }

    @Test("T7: two hosts that report the same network card are both parked")
    func parksBothHostsWithOneNetworkCard() async throws {
        let deployment = try await orderedHost()
        _ = try await greet(Installation.otherMAC, uuid: Self.otherUUID, serial: "S2")
        let other = try await server.provisioner.accept(host: Installation.otherMAC.description, name: "db2")
        let second = try await server.order(host: other.name)
        var inventory = Installation.inventory(mac: Installation.otherMAC, uuid: Self.otherUUID)
        inventory.serial = "S2"
        inventory.nics += Installation.inventory().nics
        let greeting = Greeting(bootID: "boot-2", bootMAC: Installation.otherMAC, inventory: inventory)
        let refusal = await #expect(throws: ProvisioningError.self) { try await server.greet(greeting) }
        #expect(refusal?.kind == .conflict)
        try await expectNothingIsWritten(deployment)
        #expect(try await parking(Installation.otherMAC) != nil)
        let welcome = try await greet(Installation.otherMAC, uuid: Self.otherUUID, serial: "S2")
        #expect(try server.order(in: welcome.assignment) == nil)
        #expect(try await server.deployment(second.id)?.attempt == 0)
    }

    @Test("T7: a board that tells its UUID in the other byte order is itself, and gets its order")
    func knowsABoardByItsSwappedUUID() async throws {
        let deployment = try await orderedHost()
        let welcome = try await greet(Installation.mac, uuid: Self.swapped, serial: "S1")
        #expect(try server.order(in: welcome.assignment)?.deploymentID == deployment.id)
        let hosts = try await server.store.read { try $0.hosts() }
        #expect(hosts.count == 1)
        #expect(try await parking(Installation.mac) == nil)
    }

    /// Somebody who plugs in a copy of a board must not keep the board itself from starting.
    @Test("T7: a deployed host goes on starting its own disk whoever claims to be it")
    func startsTheDiskOfADeployedHost() async throws {
        _ = try await orderedHost()
        let welcome = try await greet(Installation.mac, uuid: Self.uuid, serial: "S1")
        let session = try await server.provisioner.session(token: welcome.sessionToken)
        try await server.provisioner.record(.committed(Installation.proof), session: session)
        await #expect(throws: ProvisioningError.self) {
            try await greet(Installation.otherMAC, uuid: Self.uuid, serial: "S2")
        }
        #expect(try await server.bootToken() == nil)
    }

    /// The host `db1`, which has an order.
    private func orderedHost() async throws -> Deployment {
        _ = try await server.addImage()
        _ = try await greet(Installation.mac, uuid: Self.uuid, serial: "S1")
        _ = try await server.provisioner.accept(host: Installation.mac.description, name: "db1")
        return try await server.order(host: "db1")
    }

    /// The host is parked: its stage waits, its order stays as it was, and no other one is taken.
    private func expectNothingIsWritten(_ deployment: Deployment) async throws {
        #expect(try await parking(Installation.mac) != nil)
        let welcome = try await greet(Installation.mac, uuid: Self.uuid, serial: "S1")
        guard case .wait(let reason, _) = welcome.assignment else { throw TestFailure("\(welcome.assignment)") }
        #expect(reason.contains("host db1 is parked") && reason.contains("ingot host unpark db1"))
        let stored = try await server.deployment(deployment.id)
        #expect(stored?.state == .waiting && stored?.attempt == 0)
        let refusal = await #expect(throws: ProvisioningError.self) { try await server.order(host: "db1") }
        #expect(refusal?.kind == .conflict && refusal?.description.contains("ingot host unpark db1") == true)
    }

    private func expectOrderAfterUnparking(_ deployment: Deployment) async throws {
        try await server.provisioner.unpark(host: "db1")
        let welcome = try await greet(Installation.mac, uuid: Self.uuid, serial: "S1")
        #expect(try server.order(in: welcome.assignment)?.deploymentID == deployment.id)
    }

    private func parking(_ mac: MACAddress) async throws -> HostParking? {
        try await server.store.read { tx in try tx.host(mac: mac).flatMap { try tx.bootLoop(hostID: $0.id).parking } }
    }

    private func greet(_ mac: MACAddress, uuid: String?, serial: String) async throws -> Welcome {
        var inventory = Installation.inventory(mac: mac, uuid: uuid)
        inventory.serial = serial
        return try await server.greet(Greeting(bootID: "boot of \(serial)", bootMAC: mac, inventory: inventory))
    }
}

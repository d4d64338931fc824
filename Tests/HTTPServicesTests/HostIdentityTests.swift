import AgentProtocol
import HTTPServices
import NetworkTypes
import Provisioning
import Store
import Testing

/// Which host it is that greets.
struct HostIdentityTests {
    private static let uuid = "00112233-4455-6677-8899-aabbccddeeff"
    private static let swapped = "33221100-5544-7766-8899-aabbccddeeff"

    let server: Installation

    init() throws { server = try Installation() }

    /// A board tells its UUID in one of two byte orders.
    @Test(arguments: [uuid, swapped])
    func aHostWithAnotherNetworkCardIsKnownByItsUUID(reported: String) async throws {
        _ = try await greet(Installation.mac, uuid: Self.uuid, serial: "S1")
        _ = try await greet(Installation.otherMAC, uuid: reported, serial: "S1")
        let hosts = try await server.store.read { try $0.hosts() }
        #expect(hosts.count == 1)
    }

    /// Some vendors give every board the same UUID: one must not get the other's order.
    @Test func anotherBoardWithTheSameUUIDIsNotTheSameHost() async throws {
        _ = try await greet(Installation.mac, uuid: Self.uuid, serial: "S1")
        await #expect(throws: ProvisioningError.self) {
            try await greet(Installation.otherMAC, uuid: Self.uuid, serial: "S2")
        }
        let hosts = try await server.store.read { try $0.hosts() }
        #expect(hosts.count == 1 && hosts[0].macs == [Installation.mac])
    }

    private func greet(_ mac: MACAddress, uuid: String, serial: String) async throws -> Welcome {
        var inventory = Installation.inventory(mac: mac, uuid: uuid)
        inventory.serial = serial
        return try await server.greet(Greeting(bootID: "boot", bootMAC: mac, inventory: inventory))
    }
}

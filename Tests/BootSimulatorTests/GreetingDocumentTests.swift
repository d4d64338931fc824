import AgentProtocol
import BootSimulator
import FoundationEssentials
import NetworkTypes
import Testing

/// The simulator has an encoding of its own; the agent protocol must read it.
@Suite struct GreetingDocumentTests {
    @Test(arguments: [(true, .bios), (false, .uefi)] as [(Bool, FirmwareMode)])
    func isAGreetingOfTheAgentProtocol(isBIOS: Bool, firmware: FirmwareMode) throws {
        let host = try #require(try Fleet(clients: 1, broken: BrokenHosts("0"), seed: 5).hosts.first)
        let bytes = try JSONEncoder().encode(GreetingDocument(host, isBIOS: isBIOS))
        let greeting = try JSONDecoder().decode(Greeting.self, from: bytes)
        #expect(greeting.protocolVersion == Order.currentProtocolVersion)
        #expect(greeting.bootMAC == host.mac && greeting.bootID == host.bootID)
        let inventory = greeting.inventory
        #expect(inventory.systemUUID == host.systemUUID && inventory.serial == host.serial)
        #expect(inventory.firmware == firmware && inventory.disks.isEmpty)
        #expect(inventory.nics.map(\.mac) == [host.mac])
    }

    @Test(
        arguments: [
            (.wait(reason: "nothing is ordered", retryAfter: 15), true), (.reboot(reason: "deployed"), false),
        ] as [(Assignment, Bool)])
    func tellsToWaitFromEverythingElse(assignment: Assignment, isToWait: Bool) throws {
        let welcome = Welcome(sessionToken: "s", assignment: assignment, serverTime: 1)
        let read = try JSONDecoder().decode(WelcomeDocument.self, from: JSONEncoder().encode(welcome))
        #expect(read.isToWait == isToWait)
    }
}

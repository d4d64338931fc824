import BootPolicy
import BootServices
import DHCP
import LeasePolicy
import Testing

@Suite struct ProxyPolicyTests {
    private static let types = (1...8 as ClosedRange<UInt8>).map { MessageType(rawValue: $0) }

    private func action(
        _ type: MessageType, _ port: ServerPort, _ client: BootClientClass = .pxe, offersFile: Bool = true,
        isIPXE: Bool = false
    ) -> ProxyAction {
        ProxyPolicy(offersFile: offersFile).action(to: type, on: port, from: client, isIPXE: isIPXE)
    }

    @Test(arguments: [ServerPort.dhcp, .bootServer], Self.types)
    func answersTheseAndNoOthers(port: ServerPort, type: MessageType) {
        switch (port, type) {
        case (.dhcp, .discover): #expect(action(type, port) == .offer(namesFile: true))
        case (.bootServer, .request), (.bootServer, .inform): #expect(action(type, port) == .acknowledge)
        default: #expect(action(type, port).isIgnored)
        }
    }

    @Test(arguments: [ServerPort.dhcp, .bootServer], Self.types)
    func answersOrdinaryClientsNever(port: ServerPort, type: MessageType) {
        #expect(action(type, port, .other).isIgnored)
    }

    @Test(
        arguments: [
            (BootClientClass.pxe, false, true, true), (.pxe, false, false, false), (.pxe, true, false, true),
            (.http, false, false, true), (.http, false, true, true),
        ])
    func namesTheFileInTheOfferToThoseWhoTakeItOnlyThere(
        client: BootClientClass, isIPXE: Bool, offersFile: Bool, namesFile: Bool
    ) {
        let action = action(.discover, .dhcp, client, offersFile: offersFile, isIPXE: isIPXE)
        #expect(action == .offer(namesFile: namesFile))
    }

    @Test func leavesAddressesToTheOtherServer() {
        guard case .ignore(_, let cause) = action(.request, .dhcp) else {
            Issue.record("a REQUEST was answered")
            return
        }
        #expect(cause == .anotherServer)
    }
}

extension ProxyAction {
    fileprivate var isIgnored: Bool {
        guard case .ignore = self else { return false }
        return true
    }
}

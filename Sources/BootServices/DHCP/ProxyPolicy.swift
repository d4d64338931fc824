package import BootPolicy
package import DHCP
package import LeasePolicy

/// What a client gets that has its address from elsewhere (proxyDHCP, PXE 2.1 sections 2.2 and 2.3).
package struct ProxyPolicy: Hashable, Sendable {
    /// Whether the OFFER names the boot file; without it firmware asks port 4011.
    package var offersFile: Bool

    package init(offersFile: Bool) { self.offersFile = offersFile }

    /// - Parameters:
    ///   - port: where the message came in.
    ///   - isIPXE: our loader sent it. It gets its script with the OFFER whatever `offersFile` says.
    package func action(
        to type: MessageType, on port: ServerPort, from client: BootClientClass, isIPXE: Bool
    ) -> ProxyAction {
        guard client != .other else {
            return .ignore(reason: "it does not ask to boot (option 60), and addresses are another server's matter")
        }
        switch (port, type) {
        case (.dhcp, .discover):
            // UEFI HTTP Boot takes its URL from an OFFER only and never asks port 4011.
            return .offer(namesFile: offersFile || isIPXE || client == .http)
        case (.dhcp, .request), (.dhcp, .decline), (.dhcp, .release), (.dhcp, .inform):
            return .ignore(reason: "addresses are another server's matter there", cause: .anotherServer)
        case (.bootServer, .request), (.bootServer, .inform): return .acknowledge
        default: return .ignore(reason: "\(type) is not for port \(port.rawValue)")
        }
    }
}

/// What is done for a client that has its address from elsewhere.
package enum ProxyAction: Hashable, Sendable {
    /// Answer with an OFFER without an address.
    case offer(namesFile: Bool)
    /// Answer with an ACK that names the boot file.
    case acknowledge
    /// No answer.
    case ignore(reason: String, cause: IgnoreCause = .rules)
}

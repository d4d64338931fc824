package import NetworkTypes
import Yams

/// What a deployment configures in the installed system; kept as JSON with the order.
package struct SystemSettings: Codable, Hashable, Sendable {
    /// The host's own name in the inventory if absent.
    package var hostname: String?
    /// Lines as in `authorized_keys`, for the image's default user.
    package var sshKeys: [String]
    /// For cloud-init, verbatim.
    package var userData: String?
    /// The network file's text; DHCP on the boot NIC if absent.
    package var network: String?

    /// Refuses what an installed system could not use: better now than after the disk was written.
    package init(
        hostname: String? = nil, sshKeys: [String] = [], userData: String? = nil, network: String? = nil
    ) throws(SettingsError) {
        self.hostname = hostname
        self.sshKeys = sshKeys
        self.userData = userData
        self.network = network
        if let hostname, !HostName.isValid(hostname) {
            throw SettingsError(
                "hostname", "'\(hostname)' is not a host name: letters, digits and inner hyphens, parts of up to 63")
        }
        for (index, key) in sshKeys.enumerated() {
            guard AuthorizedKey.isValid(key) else {
                throw SettingsError(
                    "sshKeys[\(index)]", "'\(key.prefix(40))' is not a public key as in authorized_keys")
            }
        }
        if let userData { try UserData.check(userData) }
        do throws(SettingsError) {
            _ = try networkSettings()
        } catch {
            throw SettingsError(
                error.path.isEmpty ? "network" : "network, \(error.path)", line: error.line, error.reason)
        }
    }

    /// What `network` says.
    package func networkSettings() throws(SettingsError) -> NetworkSettings {
        guard let network else { return .standard }
        return try NetworkSettings(yaml: network)
    }

    /// Refuses a network file that this host cannot follow: cloud-init would wait for a card that never appears, and
    /// the system would come up without a network.
    /// - Parameter macs: every card that is known of the host.
    package func checkNetwork(macs: [MACAddress]) throws(SettingsError) {
        let settings = try networkSettings()
        for case .mac(let mac) in settings.cards where !macs.contains(mac) {
            throw SettingsError(
                "network",
                "the host has no network card \(mac); it has \(macs.map(\.description).joined(separator: ", "))")
        }
        let fits = macs.contains { (try? NetworkConfig(settings, bootMAC: $0)) != nil }
        guard fits || macs.isEmpty else {
            throw SettingsError("network", "the file names every card of the host, so none is left to be 'boot'")
        }
    }
}

extension NetworkSettings {
    /// Every card that the settings use.
    var cards: [NICReference] { interfaces.map(\.nic) + bonds.flatMap(\.members) }
}

package import AgentProtocol
package import NetworkTypes

/// cloud-init's NoCloud seed (datasource NoCloud, files below `/var/lib/cloud/seed/nocloud`).
package enum Seed {
    private static let directory = "/var/lib/cloud/seed/nocloud"

    /// The files of one deployment, readable by root only. A new instance-id makes cloud-init run everything anew.
    /// - Parameters:
    ///   - hostname: used where the settings name none.
    ///   - bootMAC: the card that the host booted from.
    package static func files(
        settings: SystemSettings, deploymentID: String, hostname: String, bootMAC: MACAddress
    ) throws(SettingsError) -> [InjectedFile] {
        let network = try NetworkConfig(settings.networkSettings(), bootMAC: bootMAC)
        var metaData = [
            "instance-id: \(quoted(deploymentID))",
            "local-hostname: \(quoted(settings.hostname ?? hostname))",
        ]
        if !settings.sshKeys.isEmpty { metaData.append("public-keys:") }
        metaData += settings.sshKeys.map { "  - \(quoted($0))" }
        return [
            file("meta-data", metaData.joined(separator: "\n") + "\n"),
            file("user-data", settings.userData ?? UserData.empty),
            file("network-config", network.text),
            InjectedFile(
                path: "/etc/cloud/cloud.cfg.d/99-ingot.cfg", mode: 0o644,
                content: "# The seed below \(directory) is this system's only data source.\n"
                    + "datasource_list: [NoCloud]\n"),
        ]
    }

    private static func file(_ name: String, _ content: String) -> InjectedFile {
        InjectedFile(path: "\(directory)/\(name)", mode: 0o600, content: content)
    }
}

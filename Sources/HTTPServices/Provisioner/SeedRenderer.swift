package import AgentProtocol
import CloudInit
import FoundationEssentials
package import NetworkTypes
package import Provisioning
package import UserAPI

/// Turns what an operator orders into settings, and settings into cloud-init's NoCloud seed and the call home.
package struct SeedRenderer: SeedRendering, SettingsEncoding {
    package init() {}

    package func settings(for request: DeploymentRequest) throws -> String {
        let settings = try SystemSettings(
            hostname: request.hostname, sshKeys: request.sshKeys, userData: request.userData, network: request.network)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try String(decoding: encoder.encode(settings), as: UTF8.self)
    }

    package func check(settings: String, host: Host) throws {
        try Self.decode(settings).checkNetwork(macs: host.macs)
    }

    package func seed(
        settings: String, deployment: Deployment, host: Host, bootMAC: MACAddress, serverURL: String
    ) throws -> (files: [InjectedFile], links: [InjectedLink]) {
        let hostname = HostName.isValid(host.name) ? host.name : "host-" + bootMAC.bytes.map(hexByte).joined()
        let seed = try Seed.files(
            settings: Self.decode(settings), deploymentID: deployment.id, hostname: hostname, bootMAC: bootMAC)
        let call = CallHomeFiles.files(serverURL: serverURL, deploymentID: deployment.id, nonce: deployment.nonce)
        return (seed + call.files, call.links)
    }

    private static func decode(_ settings: String) throws -> SystemSettings {
        try JSONDecoder().decode(SystemSettings.self, from: Data(settings.utf8))
    }
}

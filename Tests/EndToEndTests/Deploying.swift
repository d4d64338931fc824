import FoundationEssentials
import NetworkTypes
import UserAPI
import VirtualRack

extension IngotServer {
    /// Imports the tests' image under the name `debian`.
    func importDebian() async throws {
        try await ingot("image", "import", Artifacts.image(), "--name", "debian", "--format", "raw")
    }

    /// A fresh key pair; the path of the private one.
    func makeSSHKey() async throws -> String {
        let key = directory + "/key"
        try await Tool.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", key])
        return key
    }

    /// Writes a file beside the server's.
    func file(_ name: String, _ text: String) throws -> String {
        let path = "\(directory)/\(name)"
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    /// Powers a bare host on, waits for its greeting, accepts it and orders the image `debian` onto it.
    func deploy(_ host: VirtualHost, _ options: [String]) async throws -> String {
        try await host.powerOn()
        let detail = try await waitForHost(host, timeout: .seconds(300))
        try await ingot("host", "accept", detail.host.id, "--name", host.name)
        return try await order(host, options)
    }

    /// Orders the image `debian` onto an accepted host; the deployment's id.
    func order(_ host: VirtualHost, _ options: [String]) async throws -> String {
        let output = try await attempt(["deploy", host.name, "--image", "debian"] + options)
        guard output.status == 0 else { throw EndToEndError("ingot deploy: \(output.standardError)") }
        return try await newestDeployment().deployment.id
    }

    func waitUntilDone(_ id: String, host: VirtualHost, timeout: Duration = .seconds(600)) async throws
        -> DeploymentDetail
    {
        try await waitForDeployment(id, "done", host: host, timeout: timeout) { $0.deployment.state == .done }
    }

    /// The receipt, as `openssl cms -verify` returns its content.
    func verifiedReceipt(_ id: String) async throws -> String {
        let receipt = try await file("receipt.pem", ingot("deployment", "receipt", id))
        return try await Tool.run(
            "openssl", ["cms", "-verify", "-inform", "PEM", "-in", receipt, "-CAfile", data + "/keys/ca.pem"])
    }
}

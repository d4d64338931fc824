import AgentProtocol
import FoundationEssentials
import ImageFormat
import Provisioning
import Store
import Testing
import UserAPI
import VirtualRack

/// What a fault test works with: a server with the image `fault`, and a host that is accepted and has no order yet.
struct FaultBench: Sendable {
    let server: IngotServer
    let host: NativeHost
    /// The image's file.
    let image: String

    /// Makes a bench for `body` and removes it, its loop device too.
    static func with(
        _ name: String, diskSize: Int = 96 << 20, _ body: @escaping @Sendable (FaultBench) async throws -> Void
    ) async throws {
        try await Laboratory.run(name) { server in
            let image = try await SyntheticImage.make(in: server.directory + "/image")
            try await server.ingot("image", "import", image, "--name", "fault", "--format", "raw")
            try await server.extractTrustedKeys()
            try await LoopDisk.with(server.directory + "/disk", size: diskSize) { disk in
                let host = try await NativeHost.known(1, to: server, disk: disk)
                try await body(FaultBench(server: server, host: host, image: image))
            }
        }
    }

    /// Expects that the agent was refused for good, before its first write.
    func expectRefusal(
        _ id: String, _ ending: NativeHost.Ending, _ code: FailureCode, _ state: DeploymentStateName = .failed
    ) async throws {
        let detail = try await server.deployment(id)
        #expect(ending.status == 1, "\(ending.said)")
        #expect(detail.deployment.state == state)
        #expect(detail.failure?.code == code, "\(detail.failure?.message ?? "")")
        #expect(try host.disk.isUntouched())
    }

    /// Expects a whole system on the disk, and that the server knows it, after this many attempts.
    func expectCommit(_ id: String, _ ending: NativeHost.Ending, attempt: Int) async throws {
        let detail = try await server.deployment(id)
        #expect(ending.status == 0, "\(ending.said)")
        #expect(detail.deployment.state == .committed && detail.deployment.attempt == attempt)
        #expect(try await host.disk.holds(image))
    }
}

extension IngotServer {
    /// The boot listener.
    var bootURL: String { "http://10.77.0.1:8080" }

    /// Takes the keys that a stage would get out of the site archive.
    func extractTrustedKeys() async throws {
        let script = #"cpio --extract --to-stdout --quiet etc/ingot/trusted-keys < "$0" > "$1""#
        try await Tool.run("bash", ["-c", script, data + "/site.cpio", directory + "/trusted-keys"])
    }

    /// The file of a manifest.
    func manifestFile(_ digest: ChunkDigest) -> String { "\(data)/images/manifests/\(digest)" }

    /// The file of a chunk in the middle of a deployment's image.
    func chunkFile(of id: String) async throws -> String {
        let file = try await manifestFile(deployment(id).manifest)
        let document = try JSONDecoder().decode(SignedDocument.self, from: Data(contentsOf: URL(filePath: file)))
        let digests = try Manifest.decode(document.payload).chunks.compactMap { $0 }
        let name = digests[digests.count / 2].description
        return "\(data)/images/chunks/\(name.prefix(2))/\(name.dropFirst(2).prefix(2))/\(name)"
    }

    /// What the server's database says of a deployment; the server is not running.
    func stored(_ id: String) async throws -> Deployment {
        let store = try Store(path: data + "/ingot.sqlite")
        let found = try await store.read { try $0.deployment(id: id) }
        try store.close()
        guard let found else { throw EndToEndError("the database has no deployment \(id)") }
        return found
    }

    /// Moves the end of a waiting deployment's time into the past; the server is not running.
    func expire(_ id: String) async throws {
        let stored = try await stored(id)
        let text = try String(decoding: JSONEncoder().encode(stored), as: UTF8.self)
        let changed = text.replacing("\"expiresAt\":\(stored.expiresAt)", with: "\"expiresAt\":\(stored.createdAt)")
        let deployment = try JSONDecoder().decode(Deployment.self, from: Data(changed.utf8))
        let store = try Store(path: data + "/ingot.sqlite")
        try await store.write { try $0.update(deployment) }
        try store.close()
    }
}

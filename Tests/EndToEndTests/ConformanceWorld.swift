import AgentProtocol
import FoundationEssentials
import ImageFormat
import Provisioning
import UserAPI
import VirtualRack

/// What there is on the server of a conformance run: a deployment with a receipt, hosts with leases and captured packets,
/// and an account for each role. `Tests/APIConformance/hooks.py` reads its file.
struct ConformanceWorld: Sendable {
    private struct Names: Encodable {
        var image = "fault"
        var imageFile: String
        /// The host that is deployed, and the rule that names its disk.
        var host: String
        var disk: String
        var doneDeployment: String
        var capturedHost: String
        var manifest: ChunkDigest
        var chunk: String

        enum CodingKeys: String, CodingKey {
            case image, host, disk, manifest, chunk
            case imageFile = "image_file"
            case doneDeployment = "done_deployment"
            case capturedHost = "captured_host"
        }
    }

    let file: String
    /// The files of the roles' tokens.
    let tokens: [AccountRole: String]

    private static let cable = "sim"

    static func make(_ bench: FaultBench) async throws -> ConformanceWorld {
        let server = bench.server
        let done = try await installedHost(bench)
        try await server.rack.layCable(cable, address: "10.77.0.2/32")
        // A second time, for the packets of hosts that are known.
        for _ in 0..<2 {
            try await server.ingot("simulate", "--interface", cable, "--retry", "0.5", "--clients", "24", "--seed", "7")
        }
        let deployment = try await server.deployment(done)
        let names = Names(
            imageFile: bench.image, host: deployment.deployment.hostID, disk: bench.host.disk.rule,
            doneDeployment: done, capturedHost: try await hostWithCapture(server),
            manifest: deployment.manifest,
            chunk: URL(filePath: try await server.chunkFile(of: done)).lastPathComponent)
        let file = server.directory + "/world.json"
        try JSONEncoder().encode(names).write(to: URL(filePath: file))
        return ConformanceWorld(file: file, tokens: try await accounts(server))
    }

    /// A deployment whose installed system has called home; its id.
    private static func installedHost(_ bench: FaultBench) async throws -> String {
        let id = try await bench.host.order()
        let ending = try await bench.host.deploy()
        try await bench.expectCommit(id, ending, attempt: 1)
        try await bench.callHome(id)
        _ = try await bench.server.waitForDeployment(id, "its end", timeout: .seconds(20)) { $0.hasReceipt }
        return id
    }

    private static func hostWithCapture(_ server: IngotServer) async throws -> String {
        let token = server.data + "/admin-token"
        for host in try await server.hosts() {
            let script = #"curl -sf -o /dev/null -H "Authorization: Bearer $(cat "$0")" "http://127.0.0.1:8090$1""#
            let path = APIRoute.host(host.id) + "/capture"
            if try await server.rack.run(["sh", "-c", script, token, path]).status == 0 { return host.id }
        }
        throw EndToEndError("no host has captured packets")
    }

    private static func accounts(_ server: IngotServer) async throws -> [AccountRole: String] {
        // The image is the first administrator's.
        var tokens: [AccountRole: String] = [.administrator: server.data + "/admin-token"]
        for role in AccountRole.allCases where role != .administrator {
            tokens[role] = try await server.user("role-\(role.rawValue)", role).token
        }
        return tokens
    }
}

extension FaultBench {
    /// Calls home as a system on the host's disk would at its first boot.
    func callHome(_ id: String) async throws {
        // The synthetic image has no system that could keep the nonce.
        try await server.kill()
        let nonce = try await server.stored(id).nonce
        try await server.start()
        guard let found = try await server.deployment(id).disk else { throw EndToEndError("\(id) has no disk") }
        let call = CallHome(
            deploymentID: id, nonce: nonce, bootID: "99999999-2222-4333-8444-555555555555",
            machineID: "0123456789abcdef0123456789abcdef", rootDiskSerial: found.serial ?? "", rootDiskPath: found.path,
            cloudInitStatus: "done", cloudInitErrors: [])
        let body = server.directory + "/call-home.json"
        try JSONEncoder().encode(call).write(to: URL(filePath: body))
        let answer = try await server.rack.run([
            "curl", "--silent", "--show-error", "--fail-with-body", "--header", "Content-Type: application/json",
            "--data", "@\(body)", server.bootURL + AgentRoute.callHome,
        ])
        guard answer.status == 0 else {
            throw EndToEndError("calling home: \(answer.standardOutput)\(answer.standardError)")
        }
    }
}

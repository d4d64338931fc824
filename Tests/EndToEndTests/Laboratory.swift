import FoundationEssentials
import Glibc
import NetworkTypes
import VirtualRack

/// What the tests of this target share: racks with a server in them, and the seconds that each test took.
enum Laboratory {
    /// Makes a rack with a running server for `body`, and removes both. Prints the seconds it took.
    static func run(
        _ name: String, hosts: [HostConfiguration] = [], _ body: (IngotServer) async throws -> Void
    ) async throws {
        let began = ContinuousClock.now
        let rackName = "t-" + name.lowercased().prefix(10)
        try? await Rack.open(rackName).remove()
        try await Rack.with(RackConfiguration(name: rackName, hosts: hosts)) { rack in
            let server = try IngotServer(rack: rack)
            try await server.start()
            do {
                try await body(server)
            } catch {
                keepLogs(of: rack, server: server, name: name)
                throw error
            }
        }
        print("E2E \(name): \((ContinuousClock.now - began).components.seconds) s")
    }

    /// What a failure is told by, kept beside the cache.
    private static func keepLogs(of rack: Rack, server: IngotServer, name: String) {
        let target = "\(Artifacts.root)/.cache/logs/\(name)"
        try? FileManager.default.removeItem(atPath: target)
        try? FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        try? FileManager.default.copyItem(atPath: server.log, toPath: target + "/serve.log")
        for host in rack.hosts {
            try? FileManager.default.copyItem(atPath: host.serialLog, toPath: "\(target)/\(host.name).serial")
        }
    }
}

import FoundationEssentials
import Testing
import UserAPI
import VirtualRack

extension EndToEnd {
    /// Backup and restore of database and keys.
    @Suite struct BackupTests {
        @Test func anInstallationComesBackFromItsBackup() async throws {
            try await Laboratory.run("backup") { server in
                let file = server.directory + "/backup.tar"
                try await server.ingot("backup", "--data", server.data, file)
                let refusal = try await server.attempt(["restore", "--data", server.data, file])
                #expect(refusal.status != 0 && refusal.standardError.contains("a server is running"))
                let keys = try await Tool.run("sh", ["-c", "sha256sum \(server.data)/keys/* | sort"])
                try await server.kill()
                try FileManager.default.moveItem(atPath: server.data, toPath: server.data + ".lost")
                try await server.ingot("restore", "--data", server.data, file)
                #expect(try await Tool.run("sh", ["-c", "sha256sum \(server.data)/keys/* | sort"]) == keys)
                try await server.start()
                #expect(try await server.hosts().isEmpty)
                let again = try await server.attempt(["restore", "--data", server.data + ".lost", file])
                #expect(again.status != 0 && again.standardError.contains("exists already"))
            }
        }
    }
}

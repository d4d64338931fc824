import FoundationEssentials
import Testing
import UserAPI
import VirtualRack

extension EndToEnd {
    /// Backup and restore of database and keys.
    @Suite struct BackupTests {
        @Test func anInstallationComesBackFromItsBackup() async throws {
            try await Laboratory.run("backup") { server in
                let image = try await SyntheticImage.make(in: server.directory + "/image")
                try await server.ingot("image", "import", image, "--name", "web", "--format", "raw")
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
                // The chunks come from another copy.
                try await server.kill()
                let chunks = "/images/chunks"
                try FileManager.default.removeItem(atPath: server.data + chunks)
                try FileManager.default.moveItem(
                    atPath: server.data + ".lost" + chunks, toPath: server.data + chunks)
                try await server.start()
                let copy = server.directory + "/copy.raw"
                try await server.ingot("image", "download", "web", "--output", copy)
                #expect(FileManager.default.contentsEqual(atPath: copy, andPath: image))
                let again = try await server.attempt(["restore", "--data", server.data + ".lost", file])
                #expect(again.status != 0 && again.standardError.contains("exists already"))
            }
        }
    }
}

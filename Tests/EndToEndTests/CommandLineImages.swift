import FoundationEssentials
import Glibc
import Testing
import UserAPI
import VirtualRack

/// The life of an image by the command line alone: three accounts, an object storage that checks signatures, and a server
/// that is killed.
extension EndToEnd.CommandLineTests {
    @Test func sharesExportsAndBringsBackAnImage() async throws {
        try await Laboratory.run("cli-image-life") { server in
            let alice = try await server.user("alice")
            let bob = try await server.user("bob")
            let image = try await SyntheticImage.make(in: server.directory + "/image")

            let imported = try await alice("image", "import", image, "--name", "web", "--format", "raw")
            #expect(imported.hasPrefix("web@1, Debian 12: 64.0 MiB, "))
            #expect(try await alice("account").contains("member, 1 of 50 private images"))
            #expect(try await server.ingot("image", "list").contains("alice"))

            // What is not shared does not exist.
            try await server.expectFailure(
                ["image", "show", "alice:web"] + bob.arguments, "there is no image 'alice:web'")
            let offer = try await alice("share", "offer", "web", "--to", "bob")
            let share = String(offer.prefix { $0 != ":" })
            #expect(try await bob("share", "accept", share) == "alice:web is accepted\n")
            #expect(try await bob("image", "show", "web").contains("shared, of alice"))
            try await server.expectFailure(
                ["image", "remove", "alice:web"] + bob.arguments, "removed by its owner only")

            let copy = server.directory + "/copy.raw"
            try await server.expectFailure(
                ["image", "download", "web", "--output", copy] + bob.arguments, "to be deployed, not to be copied")
            #expect(try await alice("image", "download", "web", "--output", copy).contains("every chunk as"))
            #expect(FileManager.default.contentsEqual(atPath: copy, andPath: image))
            try await export(alice, server)

            #expect(try await server.ingot("image", "fsck").hasPrefix("clean: "))
            #expect(try await server.ingot("audit", "verify").contains("each follows from the one before"))
            #expect(try await server.ingot("audit", "--account", "alice").contains("createExport"))
            #expect(try await alice("usage").contains("web"))
            #expect(try await alice("share", "revoke", share) == "\(share) is ended\n")
            try await server.expectFailure(
                ["image", "show", "alice:web"] + bob.arguments, "there is no image 'alice:web'")
            try await server.expectFailure(["account", "remove", "alice"], "has 3 images")
            #expect(
                try await server.ingot("account", "remove", "alice", "--move-images-to", "bob") == "alice is removed\n")
            #expect(try await bob("image", "list").contains("back-chunked"))
        }
    }

    @Test func aDamagedChunkIsRemovedAndTheNextImportBringsItBack() async throws {
        try await Laboratory.run("cli-repair") { server in
            let image = try await SyntheticImage.make(in: server.directory + "/image")
            let words = ["image", "import", image, "--name", "web", "--format", "raw"]
            try await server.require(words)
            let file = try #require(try server.chunkFiles().first)
            let chunk = try #require(file.split(separator: "/").last)
            try await Tool.run("truncate", ["--size=-1", file])
            try await server.expectFailure(
                ["image", "fsck", "--quick", "--repair"], "--quick reads no chunk", status: 64)
            for (options, fate) in [([], "damaged: "), (["--repair"], "damaged and removed: ")] {
                let found = try await server.attempt(["image", "fsck"] + options)
                #expect(found.status == 1 && found.standardOutput.contains("chunk \(chunk) is \(fate)"), "\(found)")
            }
            try await server.require(words)
            try await server.expectClean()
        }
    }

    @Test func actsOnTheRevisionThatTheChannelMeans() async throws {
        try await Laboratory.run("cli-channels") { server in
            let image = try await SyntheticImage.make(in: server.directory + "/image")
            for _ in 1...3 { try await server.require(["image", "import", image, "--name", "web", "--format", "raw"]) }
            #expect(try await server.ingot("image", "publish", "web@1") == "web revision 1 is public, stable\n")
            let candidate = try await server.ingot("image", "publish", "web@2", "--channel", "candidate")
            #expect(candidate == "web revision 2 is public, candidate\n")

            #expect(try await server.ingot("image", "preflight", "web@stable").hasPrefix("web revision 1\n"))
            #expect(try await server.ingot("image", "preflight", "web").hasPrefix("web revision 3\n"))
            let retired = try await server.ingot("image", "retire", "web@stable", "--from", "2199-01-01")
            #expect(retired == "web revision 1 is not deprecated, retired from 2199-01-01T00:00:00Z\n")
            #expect(
                try await server.ingot("image", "publish", "web@candidate") == "web revision 2 is public, stable\n")
            try await server.expectFailure(
                ["image", "withdraw", "web@candidate"], "image web has no revision in channel candidate")
            #expect(try await server.ingot("image", "withdraw", "web@stable") == "web revision 2 is in no channel\n")
            #expect(try await server.ingot("image", "show", "web").contains("public"))
            try await server.expectFailure(
                ["image", "export", "web@candidate", "--to", "s3://b", "--credential", "c"], "in channel candidate")
        }
    }

    /// Exports, in every form, and imports; the server is killed in the midst of one.
    private func export(_ alice: User, _ server: IngotServer) async throws {
        let before = try await alice.manifest(of: "web")
        let storage = try await server.startStorage(for: alice)
        _ = try await alice(
            "credential", "add", "wrong", "--endpoint", "http://127.0.0.1:21000", "--access-key", "test:tester",
            "--secret-key-file", server.file("wrong", "testing2\n"))
        try await server.expectFailure(
            ["image", "export", "web", "--to", "s3://images", "--credential", "wrong"] + alice.arguments,
            "check the access key")
        try await server.expectFailure(
            ["image", "export", "web", "--to", "s3://nowhere", "--credential", "store"] + alice.arguments,
            "the bucket is not there")

        // A server that is killed goes on with the export when it is started again. The storage stands still meanwhile, so
        // that the export cannot be over before.
        Glibc.kill(-storage.pid, SIGSTOP)
        let killed = try await server.startIngot(
            ["image", "export", "web", "--to", "s3://images", "--credential", "store"] + alice.arguments)
        try await server.waitForTask("export", .running)
        try await server.kill()
        Glibc.kill(-storage.pid, SIGCONT)
        try await server.start()
        _ = try await killed.ending(timeout: .seconds(60))
        try await server.waitForTask("export", .done)

        for form in ["qcow2", "chunked"] {
            let said = try await alice(
                "image", "export", "web", "--to", "s3://images", "--credential", "store", "--format", form)
            #expect(said.contains("s3://images/web-1."))
        }
        for (name, source) in [
            ("back", "s3://images/web-1.raw.zst"), ("back-chunked", "s3://images/web-1.manifest.json"),
        ] {
            _ = try await alice("image", "import", source, "--name", name, "--credential", "store")
            #expect(try await alice.manifest(of: name) == before)
        }
        try await storage.kill()
    }
}

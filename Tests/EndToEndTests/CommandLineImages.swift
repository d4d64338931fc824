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
            let alice = try await user("alice", of: server)
            let bob = try await user("bob", of: server)
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

    /// Exports, in every form, and imports; the server is killed in the midst of one.
    private func export(_ alice: User, _ server: IngotServer) async throws {
        let before = try await manifest(of: "web", alice)
        let url = "http://127.0.0.1:21000"
        let storage = try await server.rack.start(
            "s3",
            [
                Artifacts.root + "/Tests/S3Service/serve", Artifacts.root + "/.cache/s3", server.directory + "/s3",
                "21000",
            ],
            log: server.directory + "/s3.log")
        let secret = try server.file("secret", "testing\n")
        let wrong = try server.file("wrong", "testing2\n")
        _ = try await alice(
            "credential", "add", "store", "--endpoint", url, "--access-key", "test:tester", "--secret-key-file", secret)
        _ = try await alice(
            "credential", "add", "wrong", "--endpoint", url, "--access-key", "test:tester", "--secret-key-file", wrong)
        try await makeBucket(server, url)
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
        try await waitForTask("export", .running, server)
        try await server.kill()
        Glibc.kill(-storage.pid, SIGCONT)
        try await server.start()
        _ = try await killed.ending(timeout: .seconds(60))
        try await waitForTask("export", .done, server)

        for form in ["qcow2", "chunked"] {
            let said = try await alice(
                "image", "export", "web", "--to", "s3://images", "--credential", "store", "--format", form)
            #expect(said.contains("s3://images/web-1."))
        }
        for (name, source) in [
            ("back", "s3://images/web-1.raw.zst"), ("back-chunked", "s3://images/web-1.manifest.json"),
        ] {
            _ = try await alice("image", "import", source, "--name", name, "--credential", "store")
            #expect(try await manifest(of: name, alice) == before)
        }
        try await storage.kill()
    }

    /// The bucket `images`, once the storage answers.
    private func makeBucket(_ server: IngotServer, _ url: String) async throws {
        let command = [Artifacts.root + "/Tests/S3Service/make-bucket", url, "test:tester", "testing", "images"]
        for _ in 0..<100 {
            if try await server.rack.run(command).status == 0 { return }
            try await Task.sleep(for: .milliseconds(200))
        }
        throw EndToEndError("the object storage makes no bucket")
    }

    private func waitForTask(_ kind: String, _ state: TaskStateName, _ server: IngotServer) async throws {
        for _ in 0..<600 {
            let page: Page<TaskDetail> = try await server.get(APIRoute.tasks)
            if let task = page.items.first(where: { $0.kind.rawValue == kind && $0.failure == nil }),
                task.state == state
            {
                return
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw EndToEndError("no \(kind) became \(state.rawValue)")
    }

    /// The line of a revision's manifest.
    private func manifest(of image: String, _ user: User) async throws -> String {
        let shown = try await user("image", "show", image)
        return shown.split(separator: "\n").last { $0.contains("manifest ") }.map { String($0) } ?? ""
    }

    /// An account with a token in a file of its own.
    private func user(_ name: String, of server: IngotServer) async throws -> User {
        _ = try await server.ingot("account", "add", name)
        let secret = try await server.ingot("token", "create", "test", "--account", name)
        return User(server: server, token: try server.file("\(name)-token", secret))
    }

    private struct User: Sendable {
        let server: IngotServer
        let token: String

        var arguments: [String] { ["--token-file", token] }

        @discardableResult
        func callAsFunction(_ words: String...) async throws -> String {
            let output = try await server.attempt(words + arguments)
            guard output.status == 0 else {
                throw EndToEndError("\(words.joined(separator: " ")): \(output.standardOutput)\(output.standardError)")
            }
            return output.standardOutput
        }
    }
}

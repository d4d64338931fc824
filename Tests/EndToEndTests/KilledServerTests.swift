import Foundation
import Testing
import UserAPI
import VirtualRack

extension EndToEnd {
    /// `kill -9` of a real server in the midst of what it does with images: nothing that is named is lost, nothing half-made
    /// is there, and what was begun is gone on with. (Of exports `CommandLineTests` does so.)
    @Suite struct KilledServerTests {
        /// When it is killed: parts of the time that the whole takes when nobody disturbs it.
        private static let moments = [0.1, 0.3, 0.5, 0.7, 0.9]
        private static let mebibytes = 384

        @Test func theNextServerEndsAnImport() async throws {
            try await Laboratory.run("kill-import") { server in
                let image = try await SyntheticImage.make(in: server.directory + "/image", mebibytes: Self.mebibytes)
                let words = ["image", "import", image, "--format", "raw", "--on-server", "--name"]
                let whole = try await seconds { try await server.require(words + ["undisturbed"]) }
                let expected = try await server.manifest(of: "undisturbed")
                try await server.ingot("image", "remove", "undisturbed")
                for moment in Self.moments {
                    let name = "killed-\(Int(moment * 100))"
                    try await disturb(server, words + [name], after: whole * moment)
                    try await expectNothingHalf(name, server)
                    let task = try await server.endOfNewestTask(about: name)
                    #expect(task?.state == .done || task == nil, "\(moment): \(task?.failure ?? "")")
                    // Before the order came there is nothing to go on with.
                    if task == nil { try await server.require(words + [name]) }
                    #expect(try await server.manifest(of: name) == expected, "\(moment)")
                    try await server.expectClean()
                    try await server.ingot("image", "remove", name)
                    #expect(try server.chunkFiles().isEmpty)
                }
            }
        }

        @Test(arguments: ["east", "west"])
        func aCopyOutlivesTheServerOfEitherSide(killed side: String) async throws {
            try await Laboratory.run("kill-\(side)") { east in
                let west = try IngotServer(region: "west", rack: east.rack)
                try await west.start()
                try await east.introduce(west, as: "west")
                try await west.introduce(east, as: "east")
                let image = try await SyntheticImage.make(in: east.directory + "/image", mebibytes: Self.mebibytes)
                try await east.ingot(
                    "image", "import", image, "--name", "web", "--format", "raw", "--on-server")
                let expected = try await east.manifest(of: "web")
                let words = ["image", "copy", "web", "--to", "west", "--name"]
                let whole = try await seconds { try await east.require(words + ["undisturbed"]) }
                try await west.ingot("image", "remove", "undisturbed")
                for moment in Self.moments {
                    let name = "killed-\(Int(moment * 100))"
                    try await disturb(side == "east" ? east : west, words + [name], by: east, after: whole * moment)
                    try await expectNothingHalf(name, west)
                    let task = try await east.endOfNewestTask(about: "web", "as \(name)")
                    #expect(task?.state == .done || task == nil, "\(moment): \(task?.failure ?? "")")
                    if task == nil { try await east.require(words + [name]) }
                    #expect(try await west.manifest(of: name) == expected, "\(moment)")
                    try await east.expectClean()
                    try await west.expectClean()
                    try await west.ingot("image", "remove", name)
                    #expect(try west.chunkFiles().isEmpty)
                }
            }
        }

        /// The chunks of an image are removed that shares half of them with another one.
        @Test func aSweepThatIsKilledTakesNothingThatIsNamed() async throws {
            try await Laboratory.run("kill-sweep") { server in
                let kept = try await SyntheticImage.make(in: server.directory + "/kept", mebibytes: Self.mebibytes)
                let other = server.directory + "/other"
                try await Tool.run("cp", ["--sparse=always", kept, other])
                let half = Self.mebibytes / 2
                try await Tool.run(
                    "dd",
                    [
                        "if=/dev/urandom", "of=\(other)", "bs=1M", "seek=\(half)", "count=\(half - 16)", "conv=notrunc",
                        "status=none",
                    ])
                func add(_ path: String, _ name: String) async throws {
                    try await server.ingot(
                        "image", "import", path, "--name", name, "--format", "raw", "--on-server")
                }
                try await add(kept, "kept")
                let (expected, chunks) = (try await server.manifest(of: "kept"), try server.chunkFiles().count)
                try await add(other, "other")
                let whole = try await seconds { try await server.ingot("image", "remove", "other") }
                #expect(try server.chunkFiles().count == chunks)
                for moment in Self.moments {
                    try await add(other, "other")
                    #expect(try server.chunkFiles().count > chunks + half / 2)
                    try await disturb(server, ["image", "remove", "other"], after: whole * moment)
                    try await server.expectClean()
                    if try await !server.row("other", of: "image").isEmpty {
                        try await server.ingot("image", "remove", "other")
                    }
                    #expect(try server.chunkFiles().count == chunks, "\(moment)")
                    #expect(try await server.manifest(of: "kept") == expected)
                }
            }
        }

        /// Begins a command at one server and kills another one, or the same, some time later; starts that one again.
        private func disturb(
            _ killed: IngotServer, _ words: [String], by server: IngotServer? = nil, after seconds: Double
        ) async throws {
            let command = try await (server ?? killed).startIngot(words)
            try await Task.sleep(for: .seconds(seconds))
            try await killed.kill()
            try await killed.start()
            // A command whose server went away has ended by itself or goes on asking; its task is asked for below.
            try await command.end()
        }

        /// An image that is there is whole: its task is done.
        private func expectNothingHalf(_ name: String, _ server: IngotServer) async throws {
            let images: [ImageSummary] = try await server.list(APIRoute.images)
            guard let image = images.first(where: { $0.name == name }) else { return }
            #expect(image.latest != nil)
            let task = try await server.tasks().first { $0.image == name }
            #expect(task?.state == .done)
        }

        private func seconds(_ body: () async throws -> Void) async throws -> Double {
            let began = ContinuousClock.now
            try await body()
            return (ContinuousClock.now - began) / .seconds(1)
        }
    }
}

extension IngotServer {
    /// Runs the command line, word by word; a failure throws.
    func require(_ words: [String]) async throws {
        let output = try await attempt(words)
        guard output.status == 0 else {
            throw EndToEndError("\(words.joined(separator: " ")): \(output.standardOutput)\(output.standardError)")
        }
    }

    /// The administrator of this installation.
    var administrator: User { User(server: self, name: "administrator", token: data + "/admin-token") }

    func manifest(of image: String) async throws -> String { try await administrator.manifest(of: image) }

    /// Every chunk that is named is there and right, and no other.
    func expectClean() async throws {
        let said = try await ingot("image", "fsck")
        guard said.hasPrefix("clean: "), said.contains(" 0 orphaned") else { throw EndToEndError("fsck: \(said)") }
    }

    /// The chunks that lie in the store.
    func chunkFiles() throws -> [String] {
        let store = data + "/images/chunks"
        let files = FileManager.default.enumerator(atPath: store)?.compactMap { $0 as? String } ?? []
        return files.filter { $0.split(separator: "/").last?.count == 64 }.map { "\(store)/\($0)" }
    }

    /// The newest task about an image once it has ended; nil where there is none.
    func endOfNewestTask(about image: String, _ subject: String = "") async throws -> TaskDetail? {
        for _ in 0..<600 {
            let newest = try await tasks().first {
                $0.image == image && (subject.isEmpty || $0.subject.hasSuffix(subject))
            }
            guard let newest, !newest.state.isFinal else { return newest }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw EndToEndError("the task about \(image) does not end")
    }

    /// Adds another installation as a region, with the token of its administrator.
    func introduce(_ other: IngotServer, as name: String) async throws {
        try await ingot(
            "region", "add", name, "--url", other.url, "--region-token-file", other.data + "/admin-token")
    }
}

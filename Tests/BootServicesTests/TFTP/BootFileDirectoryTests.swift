import BootPolicy
import BootServices
import FoundationEssentials
import Glibc
import NIOCore
import NetworkTypes
import TFTP
import Testing

@Suite(.timeLimit(.minutes(1)))
struct BootFileDirectoryTests {
    private static let server = IPv4Address(127, 0, 0, 1)

    /// A root with a good file, traps that the manifest names, and a file outside.
    static func withRoot<Result: Sendable>(
        _ body: @Sendable (URL, BootFileDirectory) async throws -> Result
    ) async throws -> Result {
        try await withTemporaryDirectory { (directory) async throws in
            let root = directory.appending(path: "root")
            try FileManager.default.createDirectory(at: root.appending(path: "sub"), withIntermediateDirectories: true)
            try Data("secret".utf8).write(to: directory.appending(path: "outside"))
            try Data("good".utf8).write(to: root.appending(path: "good"))
            try Data("deep".utf8).write(to: root.appending(path: "sub/deep"))
            try Data("unlisted".utf8).write(to: root.appending(path: "unlisted"))
            #expect(symlink("../outside", root.appending(path: "link").path) == 0)
            #expect(symlink("good", root.appending(path: "innerlink").path) == 0)
            #expect(symlink("..", root.appending(path: "up").path) == 0)
            #expect(mkfifo(root.appending(path: "fifo").path, 0o600) == 0)
            let names = ["good", "sub/deep", "link", "innerlink", "up/outside", "fifo", "sub", "missing", "good/x"]
            return try await body(
                root, BootFileDirectory(root: root.path, manifest: manifest(naming: names), limit: 1000))
        }
    }

    @Test func servesWhatTheManifestNames() async throws {
        try await Self.withRoot { (_, directory) async throws in
            #expect(try await directory.contents(of: "good", at: Self.server) == ByteBuffer(string: "good"))
            #expect(try await directory.contents(of: "sub/deep", at: Self.server) == ByteBuffer(string: "deep"))
        }
    }

    @Test(arguments: [
        "unlisted", "../outside", "sub/../../outside", "/etc/passwd", "./good", "good/", "sub//deep", "", ".", "..",
        "good\u{0}", "good\u{0}/../../outside", "..\\outside", "sub\\deep", "GOOD",
    ])
    func knowsNothingElse(name: String) async throws {
        try await Self.withRoot { (_, directory) async throws in
            #expect(try await directory.contents(of: name, at: Self.server) == nil)
        }
    }

    @Test(arguments: ["link", "innerlink", "up/outside", "fifo", "sub", "missing", "good/x"])
    func refusesANamedFileThatIsNoRegularOneBelowTheRoot(name: String) async throws {
        try await Self.withRoot { (_, directory) async throws in
            let error = await #expect(throws: BootFileError.self) {
                try await directory.contents(of: name, at: Self.server)
            }
            #expect(error?.description.contains(name) == true)
        }
    }

    @Test(arguments: [
        "../outside", "/../outside", "//../outside", "sub/../../outside", "..\\outside", "link", "up/outside", "fifo",
        "unlisted", "/etc/passwd", "%2e%2e/outside", "\u{0}",
    ])
    func noRequestLeavesTheRoot(name: String) async throws {
        try await Self.withRoot { (_, directory) async throws in
            try await withTFTPService(directory) { (port) async throws in
                let request = ByteBuffer(string: "\u{0}\u{1}\(name)\u{0}octet\u{0}")
                guard (try? TFTPPacket(datagram: request)) != nil else { return }
                await #expect(throws: TFTPError.self) { try await TFTPTestClient(port: port).fetch(name) }
                #expect(try await TFTPTestClient(port: port).fetch("good").bytes == Array("good".utf8))
            }
        }
    }

    @Test func noticesThatAFileChanged() async throws {
        try await Self.withRoot { (root, directory) async throws in
            #expect(try await directory.contents(of: "good", at: Self.server) == ByteBuffer(string: "good"))
            try Data("better".utf8).write(to: root.appending(path: "good"))
            #expect(try await directory.contents(of: "good", at: Self.server) == ByteBuffer(string: "better"))
        }
    }

    @Test func refusesAFileThatIsTooLarge() async throws {
        try await Self.withRoot { (root, directory) async throws in
            try Data(count: 1001).write(to: root.appending(path: "good"))
            let error = await #expect(throws: BootFileError.self) {
                try await directory.contents(of: "good", at: Self.server)
            }
            #expect(error?.description.contains("1001 bytes") == true)
        }
    }

    @Test func theFirstSourceThatKnowsANameServesIt() async throws {
        try await Self.withRoot { (_, directory) async throws in
            let virtual = virtualFiles(["good": [1], "made": [2]])
            let catalogue = BootFileCatalogue([virtual, directory])
            #expect(try await catalogue.contents(of: "good", at: Self.server) == ByteBuffer(bytes: [1]))
            #expect(try await catalogue.contents(of: "made", at: Self.server) == ByteBuffer(bytes: [2]))
            #expect(try await catalogue.contents(of: "sub/deep", at: Self.server) == ByteBuffer(string: "deep"))
            #expect(try await catalogue.contents(of: "none", at: Self.server) == nil)
        }
    }
}

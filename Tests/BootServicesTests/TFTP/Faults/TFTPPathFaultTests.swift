import BootServices
import FoundationEssentials
import Glibc
import NIOCore
import TFTP
import Testing

@Suite(.timeLimit(.minutes(1)))
struct TFTPPathFaultTests {
    private static let traps = ["link", "up/outside", "fifo", "device", "sub", "missing", "good/x"]
    private static let unknown = [
        "../outside", "/../outside", "..\\outside", "sub/../../outside", "%2e%2e/outside", "%2e%2e%2foutside", "./good",
        "good/", "sub//deep", "GOOD", "Good", "unlisted", "/etc/passwd", "//etc/passwd", "/dev/zero", ".", "..",
        "../" + String(repeating: "../", count: 200) + "etc/passwd", String(repeating: "a", count: 1000),
    ]

    /// A root with one good file and traps, all of them named by the manifest, and a file outside.
    private static func withRoot(_ body: @Sendable (URL, BootFileDirectory) async throws -> Void) async throws {
        try await withTemporaryDirectory { (directory) async throws in
            let root = directory.appending(path: "root")
            try FileManager.default.createDirectory(at: root.appending(path: "sub"), withIntermediateDirectories: true)
            try Data("secret".utf8).write(to: directory.appending(path: "outside"))
            try Data("good".utf8).write(to: root.appending(path: "good"))
            try Data("unlisted".utf8).write(to: root.appending(path: "unlisted"))
            try #require(symlink("../outside", root.appending(path: "link").path) == 0)
            try #require(symlink("..", root.appending(path: "up").path) == 0)
            try #require(mkfifo(root.appending(path: "fifo").path, 0o600) == 0)
            // 1:3, as /dev/null.
            try #require(mknod(root.appending(path: "device").path, S_IFCHR | 0o600, 0x103) == 0)
            let names = ["good"] + traps
            let files = try BootFileDirectory(root: root.path, manifest: manifest(naming: names), limit: 1000)
            try await body(directory, files)
        }
    }

    /// The bytes of a read request, which may be malformed.
    private static func request(_ name: String) -> [UInt8] { Array("\u{0}\u{1}\(name)\u{0}octet\u{0}".utf8) }

    @Test("T13: over TFTP no name leads out of the root or to what is no regular file, and nothing stays open")
    func noNameLeadsOutOfTheRoot() async throws {
        try await Self.withRoot { (directory, files) async throws in
            try await withTFTPService(files) { (port) async throws in
                let server = UInt16(port)
                for name in Self.unknown + Self.traps {
                    let client = try LoopbackSocket()
                    try client.send(Self.request(name), to: server)
                    let answer = try #require(try await client.next(), "\(name)")
                    let packet = try TFTPPacket(datagram: ByteBuffer(bytes: answer.bytes))
                    let expected: TFTPErrorCode = Self.traps.contains(name) ? .accessViolation : .fileNotFound
                    guard case .error(let error) = packet else {
                        Issue.record("\(name) is answered with \(packet)")
                        continue
                    }
                    #expect(error.code == expected, "\(name)")
                    let isClosed = try await ServerResources.waitUntil { () async throws in
                        try ServerResources.sockets(connectedTo: client.port) == 0
                    }
                    #expect(isClosed, "\(name)")
                }
                #expect(try await TFTPTestClient(port: port).fetch("good").bytes == Array("good".utf8))
                #expect(try ServerResources.files(at: directory.lastPathComponent) == 0)
            }
        }
    }

    /// What follows a NUL is the mode, so that it is no part of the name.
    @Test("T13: a NUL ends a name, and a name of 64 KiB is no request")
    func aNULEndsANameAndALongNameIsNoRequest() async throws {
        try await Self.withRoot { (directory, files) async throws in
            try await withTFTPService(files) { (port) async throws in
                let server = UInt16(port)
                let client = try LoopbackSocket()
                try client.send(Array("\u{0}\u{1}good\u{0}/../../outside\u{0}".utf8), to: server)
                let answer = try #require(try await client.next())
                guard case .error(let error) = try TFTPPacket(datagram: ByteBuffer(bytes: answer.bytes)) else {
                    Issue.record("a mode that there is not was served")
                    return
                }
                #expect(error.code == .illegalOperation)

                let silent = try LoopbackSocket()
                try silent.send(Self.request(String(repeating: "a", count: 65_000)), to: server)
                try silent.send(Self.request(String(repeating: "../", count: 5000) + "good"), to: server)
                #expect(try await TFTPTestClient(port: port).fetch("good").bytes == Array("good".utf8))
                #expect(silent.receive() == nil)
                #expect(try ServerResources.files(at: directory.lastPathComponent) == 0)
            }
        }
    }
}

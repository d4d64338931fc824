import Foundation
import Glibc
import Synchronization

/// The tests' object storage: OpenStack Swift with its s3api, which checks signatures as S3 does. Runs on the loopback for as
/// long as this object lives, and keeps its objects where it is started again in the same directory.
public final class S3Service: Sendable {
    public static let accessKey = "test:tester"
    public static let secretKey = "testing"
    /// Another user's keys.
    public static let otherAccessKey = "test:second"
    public static let otherSecretKey = "testing2"

    public let url: String
    public let directory: String
    public let port: Int
    private let process: pid_t
    private let isStopped = Mutex(false)

    /// Starts the service and waits until it answers.
    /// - Parameters:
    ///   - directory: of the objects; nil for a new one, which nobody removes.
    ///   - port: of the service and of three more behind it; nil takes free ones.
    ///   - secret: what belongs to `accessKey` from now on.
    public init(directory: String? = nil, port: Int? = nil, secret: String = secretKey) async throws {
        let root = Self.root
        let directory = directory ?? "/var/tmp/ingot-s3-\(UInt64.random(in: .min ... .max))"
        let port = port ?? Int.random(in: 2000..<6000) * 4
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        guard FileManager.default.fileExists(atPath: root + "/.cache/s3/ready") else {
            throw S3ServiceError("the object storage is missing: .ci/artifact s3")
        }
        let arguments = [
            root + "/Tests/S3Service/serve", root + "/.cache/s3", directory, "\(port)", "127.0.0.1", secret,
        ]
        process = try Self.start(arguments, log: directory + "/serve.log")
        self.directory = directory
        self.port = port
        url = "http://127.0.0.1:\(port)"
        for _ in 0..<1200 {
            if Self.answers(port) { return }
            var status: CInt = 0
            guard waitpid(process, &status, WNOHANG) == 0 else { break }
            try await Task.sleep(for: .milliseconds(100))
        }
        let said = FileManager.default.contents(atPath: directory + "/serve.log") ?? Data()
        throw S3ServiceError(
            "the object storage does not answer: \(String(decoding: said.suffix(2000), as: UTF8.self))")
    }

    deinit { stop() }

    /// Ends the service; its objects stay.
    public func stop() {
        let isFirst = isStopped.withLock { isStopped in
            defer { isStopped = true }
            return !isStopped
        }
        guard isFirst else { return }
        kill(process, SIGTERM)
        var status: CInt = 0
        waitpid(process, &status, 0)
    }

    /// Ends the service and removes its objects.
    public func remove() {
        stop()
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// The checkout.
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    private static func start(_ arguments: [String], log: String) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        // Threads of Swift block signals, and what they start would, too.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var process: pid_t = 0
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        let code = posix_spawn(&process, arguments[0], &actions, &attributes, &words, environ)
        guard code == 0 else {
            throw S3ServiceError("cannot start \(arguments[0]): \(String(cString: strerror(code)))")
        }
        return process
    }

    private static func answers(_ port: Int) -> Bool {
        let socket = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { return false }
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}

/// What went wrong with the tests' object storage.
public struct S3ServiceError: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}

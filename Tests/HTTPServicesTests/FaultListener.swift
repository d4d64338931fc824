import BootScripts
import BootTimeline
import FoundationEssentials
import Glibc
import HTTPServices
import Hummingbird
import ImageStore
import NetworkTypes
import ServiceLifecycle
import Synchronization

/// The boot listener as the server runs it, with its limits, on loopback. Its boot files are a good one, a large one
/// and traps.
final class FaultListener: Sendable {
    /// The clients that the listener took for the sources of what they fetched.
    final class Clients: Sendable {
        let seen = Mutex<Set<IPv4Address>>([])
    }

    /// Scripts that say where the server is.
    private struct AddressScripts: BootScriptRendering {
        func stage(baseURL: String, mac: MACAddress, token: String, localBoot: LocalBoot) -> String {
            "#!ipxe at \(baseURL)\n"
        }

        func localDisk(localBoot: LocalBoot) -> String { "#!ipxe local disk\n" }

        func failure(_ message: String, localBoot: LocalBoot) -> String { "#!ipxe failure\n" }
    }

    static let small: [UInt8] = Array(repeating: Array("0123456789".utf8), count: 100).flatMap { $0 }
    /// More than the kernel keeps for a client that does not read.
    static let largeSize = 64 << 20
    static let traps = ["link", "fifo", "device", "folder", "missing", "small/x"]

    let server: Installation
    let clients = Clients()
    /// The name of the directory that all files of the listener lie in.
    let directoryName: String
    private let directory: String
    private let listener: BootListener

    init() throws {
        directoryName = "ingot-fault-\(UInt64.random(in: .min ... .max))"
        directory = "/var/tmp/" + directoryName
        let root = directory + "/root"
        try FileManager.default.createDirectory(atPath: root + "/folder", withIntermediateDirectories: true)
        try Data("secret".utf8).write(to: URL(filePath: directory + "/outside"))
        try Data("unlisted".utf8).write(to: URL(filePath: root + "/unlisted"))
        try Data(Self.small).write(to: URL(filePath: root + "/small"))
        try Data().write(to: URL(filePath: root + "/large"))
        // 1:3, as /dev/null.
        guard truncate(root + "/large", Self.largeSize) == 0, symlink("../outside", root + "/link") == 0,
            mkfifo(root + "/fifo", 0o600) == 0, mknod(root + "/device", S_IFCHR | 0o600, 0x103) == 0
        else { throw TestFailure("cannot make the files: \(String(cString: strerror(errno)))") }
        server = try Installation()
        let clients = clients
        let names = ["small", "large"] + Self.traps
        listener = BootListener(
            provisioner: server.provisioner,
            scripts: HostScripts(
                provisioner: server.provisioner, ipxe: AddressScripts(), grub: AddressScripts(),
                localBoot: { _ in .standard }, asked: { _ in }, observer: NoBootObserver(), milliseconds: { 0 },
                log: Installation.log),
            greeted: { _ in },
            transfers: HTTPTransferObserver(
                observer: NoBootObserver(),
                macOf: { address in
                    clients.seen.withLock { _ = $0.insert(address) }
                    return nil
                }, now: { 0 }),
            bootFiles: Dictionary(uniqueKeysWithValues: names.map { ($0, "\(root)/\($0)") }),
            stageFiles: ["site": root + "/small"], chunks: try DirectoryChunkStore(path: directory + "/chunks"),
            manifests: try DirectoryManifestStore(path: directory + "/manifests"))
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// Serves for as long as `body` runs.
    func serve(
        _ limits: ListenerLimits = ListenerLimits(), _ body: @Sendable (_ port: Int) async throws -> Void
    ) async throws { try await Self.serve(listener, limits, body) }

    /// Serves a listener on loopback, as the server does, for as long as `body` runs.
    static func serve(
        _ listener: BootListener, _ limits: ListenerLimits, _ body: @Sendable (_ port: Int) async throws -> Void
    ) async throws { try await serve(listener.router(), ready: listener.ready, limits, body) }

    /// Serves any listener's router as the server does.
    static func serve(
        _ router: Router<IngotContext>, ready: ReadyAnswers? = nil, _ limits: ListenerLimits,
        _ body: @Sendable (_ port: Int) async throws -> Void
    ) async throws {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let service = limits.application(
            router, ready: ready, address: "127.0.0.1", port: 0, log: Installation.log,
            bound: { continuation.yield($0) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { continuation.finish() }
                try await service.run()
            }
            guard let port = await ports.first(where: { _ in true }) else {
                try await group.waitForAll()
                throw TestFailure("the listener ended before it began")
            }
            try await body(port)
            group.cancelAll()
        }
    }

    /// How many connections to a port of its own this process holds open.
    static func openConnections(port: Int) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { CInt($0) }.count {
            boundPort(of: $0) == UInt16(port) && isConnected($0)
        }
    }

    private static func boundPort(of descriptor: CInt) -> UInt16? {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        return result == 0 && address.sin_family == AF_INET ? UInt16(bigEndian: address.sin_port) : nil
    }

    private static func isConnected(_ descriptor: CInt) -> Bool {
        var address = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &size) == 0 }
        }
    }

    /// How many of the listener's files are open.
    func openFiles() throws -> Int {
        let descriptors = "/proc/self/fd"
        return try FileManager.default.contentsOfDirectory(atPath: descriptors).filter { name in
            // A descriptor of another test may be gone already.
            let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(descriptors)/\(name)")
            return path?.contains(directoryName) == true
        }.count
    }

    /// Sends one request as it stands; all that came until the server closed the connection.
    /// - Parameter finishes: whether the client closes its side behind the request.
    static func exchange(_ request: String, port: Int, finishes: Bool = false) async throws -> [UInt8] {
        let connection = try RawConnection(port: port)
        try await connection.send(request)
        if finishes { connection.finish() }
        guard let bytes = try await connection.readToEnd() else {
            throw TestFailure("the connection stays open after \(request.prefix(100).debugDescription)")
        }
        return bytes
    }

    /// The answer to a GET over a connection of its own; nil where none came.
    static func get(_ path: String, port: Int, headers: String = "") async throws -> RawAnswer? {
        try await RawAnswer(
            exchange("GET \(path) HTTP/1.1\r\nHost: ingot\r\n\(headers)Connection: close\r\n\r\n", port: port))
    }

    /// Asks again and again, for half a minute at most; whether it came true.
    static func waitUntil(_ isTrue: () async throws -> Bool) async throws -> Bool {
        let deadline = ContinuousClock.now.advanced(by: .seconds(30))
        while ContinuousClock.now < deadline {
            if try await isTrue() { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }
}

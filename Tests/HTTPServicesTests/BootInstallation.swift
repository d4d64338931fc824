import AgentProtocol
import BootPolicy
import BootScripts
import BootTimeline
import FoundationEssentials
import HTTPServices
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import ImageFormat
import ImageStore
import NIOCore
import NetworkTypes
import Provisioning

/// A boot listener over real stores in a directory of their own, with a file for every name of a manifest of boot files.
final class BootInstallation: Sendable {
    /// Each way to reach the listener: without sockets, and over one connection that stays open.
    static let setups: [TestingSetup] = [.router, .live]
    /// The size of each boot file in bytes: more than the server reads at once.
    static let fileSize = 600_001

    let server: Installation
    private let bootFiles: BootFileManifest
    private let chunks: DirectoryChunkStore
    private let listener: BootListener
    private let manifests: DirectoryManifestStore
    private let directory: String

    /// - Parameters:
    ///   - bootFiles: the repository's own where it is nil.
    ///   - copy: what lies in place of every chunk until copies are dropped.
    init(bootFiles: BootFileManifest? = nil, copy: StoredChunk? = nil) throws {
        directory = "/var/tmp/ingot-boot-\(UInt64.random(in: .min ... .max))"
        let bootFiles = try bootFiles ?? BootInstallation.repositoryManifest()
        for (name, path) in bootFiles.paths(below: directory + "/tftp-root") {
            try BootInstallation.write(BootInstallation.content(of: name), to: path)
        }
        try BootInstallation.write(Array("unlisted".utf8), to: directory + "/tftp-root/unlisted")
        try BootInstallation.write([], to: directory + "/empty")
        server = try Installation()
        chunks = try DirectoryChunkStore(path: directory + "/chunks")
        manifests = try DirectoryManifestStore(path: directory + "/manifests")
        self.bootFiles = bootFiles
        listener = BootListener(
            provisioner: server.provisioner,
            scripts: HostScripts(
                provisioner: server.provisioner, ipxe: PlainScripts(), grub: PlainScripts(),
                localBoot: { _ in .standard }, asked: { _ in }, observer: NoBootObserver(), milliseconds: { 0 },
                log: Installation.log),
            greeted: { _ in },
            transfers: HTTPTransferObserver(observer: NoBootObserver(), macOf: { _ in nil }, now: { 0 }),
            bootFiles: bootFiles.paths(below: directory + "/tftp-root"),
            stageFiles: ["vmlinuz": directory + "/tftp-root/unlisted", "site": directory + "/empty"],
            chunks: TroubledChunks(chunks, copy: copy), manifests: manifests)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// Serves for as long as `body` runs.
    func serve(
        _ setup: TestingSetup = .router, _ body: @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        try await Application(router: listener.router(), logger: Installation.log).test(setup, body)
    }

    /// Serves as the server does for as long as `body` runs, with the answers that need no route.
    func serveWithReadyAnswers(_ body: @Sendable (_ port: Int) async throws -> Void) async throws {
        try await FaultListener.serve(listener, ListenerLimits(), body)
    }

    /// Whether a request is answered without a route.
    func isAnsweredAtOnce(_ path: String, token: String, range: String? = nil) -> Bool {
        var request = HTTPRequest(method: .get, scheme: "http", authority: "ingot", path: path)
        request.headerFields[.authorization] = "Bearer \(token)"
        request.headerFields[.range] = range
        return listener.ready(request) != nil
    }

    /// What stands for a boot file.
    static func content(of name: String) -> [UInt8] {
        let block = Array(name.utf8) + (0...250).map { UInt8($0) }
        var bytes: [UInt8] = []
        while bytes.count < fileSize { bytes += block }
        return Array(bytes.prefix(fileSize))
    }

    /// The path of every URL that DHCP hands out, whatever client asks and whatever is known of its host.
    func pathsHandedOut() throws -> Set<String> {
        var paths: Set<String> = []
        let policy = BootFilePolicy(manifest: bootFiles, httpPort: 8080)
        for secureBoot in [nil, true, false] {
            for request in Self.requests() {
                var answers: [BootAnswer] = []
                switch policy.choice(for: request, knowing: LoaderKnowledge(secureBoot: secureBoot)) {
                case .settled(let answer): answers = [answer]
                case .offer(let list):
                    answers = list.names.map {
                        policy.answer(offering: $0, isOverHTTP: list.isOverHTTP, to: request)
                    }
                }
                for case .http(let url) in answers {
                    let origin = "http://10.0.0.1:8080"
                    guard url.hasPrefix(origin + "/") else { throw TestFailure("\(url) is not on the boot listener") }
                    paths.insert(String(url.dropFirst(origin.count)))
                }
            }
        }
        return paths
    }

    private static func requests() -> [BootRequest] {
        var requests: [BootRequest] = []
        for number in UInt16(0)...300 {
            for clientClass in [BootClientClass.pxe, .http, .other] {
                for isIPXE in [false, true] {
                    let request = BootRequest(
                        mac: Installation.mac, attempt: 7, architecture: ClientArchitecture(rawValue: number),
                        clientClass: clientClass, isIPXE: isIPXE, server: IPv4Address(10, 0, 0, 1))
                    requests.append(request)
                }
            }
        }
        return requests
    }

    /// An image of one chunk, both of them durable; `frame` stands for the packed chunk.
    func addImage(
        _ name: String = "debian-12", frame: [UInt8]
    ) async throws -> (manifest: ChunkDigest, chunk: ChunkDigest) {
        let chunk = try await addChunk(frame)
        try await chunks.synchronize()
        let manifest = try await server.addImage(name, chunk: chunk)
        let document = try FixedKeySigner(key: server.key).sign(document: Array(manifest.encoded()))
        return (try await manifests.write(document), chunk)
    }

    /// A chunk that is not durable yet.
    func addChunk(_ frame: [UInt8]) async throws -> ChunkDigest {
        let digest = ChunkDigest(of: frame)
        try await chunks.write([CompressedChunk(digest: digest, frame: ByteBuffer(bytes: frame))])
        return digest
    }

    /// Puts other bytes into the file of a chunk, as a failing disk or its repair does.
    func overwriteChunk(_ digest: ChunkDigest, with frame: [UInt8]) async throws {
        guard case .file(let path, _) = try await chunks.read(digest) else {
            throw TestFailure("no file for \(digest)")
        }
        try Data(frame).write(to: URL(filePath: path))
    }

    func removeChunk(_ digest: ChunkDigest) async throws { try await chunks.remove(digest) }

    /// A stage that carries an order for `image` out: its session token.
    func runningStage(mac: MACAddress = Installation.mac, image: String = "debian-12") async throws -> String {
        _ = try await server.greet(Installation.greeting(mac: mac))
        let host = try await server.provisioner.accept(host: mac.description, name: nil)
        _ = try await server.order(host: host.name, image: image)
        return try await server.greet(Installation.greeting(bootID: "boot-2", mac: mac)).sessionToken
    }

    private static func repositoryManifest() throws -> BootFileManifest {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return try BootFileManifest(json: Data(contentsOf: URL(filePath: "/\(root)/tftp-root/manifest.json")))
    }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        try FileManager.default.createDirectory(atPath: "/" + folder, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(filePath: path))
    }
}

/// Scripts that say what they are.
struct PlainScripts: BootScriptRendering {
    func stage(baseURL: String, mac: MACAddress, token: String, localBoot: LocalBoot) -> String {
        "#!ipxe stage \(token)"
    }

    func localDisk(localBoot: LocalBoot) -> String { "#!ipxe local disk" }

    func failure(_ message: String, localBoot: LocalBoot) -> String { "#!ipxe failure: \(message)" }
}

extension TestClientProtocol {
    /// One request, with a range and a session token where they are given.
    func send(
        _ method: HTTPRequest.Method, _ path: String, range: String? = nil, token: String? = nil
    ) async throws -> TestResponse {
        var headers = HTTPFields()
        headers[.range] = range
        headers[.authorization] = token.map { "Bearer \($0)" }
        return try await executeRequest(uri: path, method: method, headers: headers, body: nil)
    }
}

extension TestResponse {
    var bytes: [UInt8] { Array(body.readableBytesView) }

    /// Whether it is a problem document that is as long as it says.
    var isProblem: Bool {
        headers[.contentType] == "application/problem+json" && headers[.contentLength] == "\(body.readableBytes)"
    }
}

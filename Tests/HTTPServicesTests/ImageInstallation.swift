import FoundationEssentials
import HTTPServices
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import ImageFormat
import ImageStore
import NIOCore
import ServiceLifecycle
import Signing
import Store
import Testing
import UserAPI

/// Image stores in a directory of their own, with the image service on them.
final class ImageInstallation: Sendable {
    let services: ImageServices
    private let provisioner: Provisioner
    private let chunks: DirectoryChunkStore
    private let timeline: Store
    let directory: String

    /// - Parameters:
    ///   - directory: of an installation that ended; nil for a new one.
    ///   - pause: what long waits are for; nil for the time of day.
    ///   - hosts: of this machine, which imports may be fetched from.
    ///   - beforeRemoval: awaited before a chunk is removed.
    init(
        provisioner: Provisioner, limits: ImportLimits = ImportLimits(), inspector: any DiskInspecting = PlainDisk(),
        width: Int = 1, waitingLimit: Int = 64, trusted: TrustedKeys = TrustedKeys([]), directory: String? = nil,
        pause: ManualPause? = nil, importsFrom hosts: Set<String> = [],
        sweepPatience: Duration = .seconds(60), beforeRemoval: @escaping @Sendable () async -> Void = {}
    ) throws {
        let directory = directory ?? "/var/tmp/ingot-imports-\(UInt64.random(in: .min ... .max))"
        self.directory = directory
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let leases = ChunkLeases()
        chunks = try DirectoryChunkStore(path: directory + "/chunks")
        let manifests = try DirectoryManifestStore(path: directory + "/manifests")
        let chunks = TroubledChunks(chunks, beforeRemoval: beforeRemoval)
        let importer = ImageImporter(
            chunks: chunks, manifests: manifests, leases: leases, inspector: inspector,
            spoolDirectory: directory + "/spool", limits: limits,
            guarded: GuardedClient(policy: { DownloadPolicy(allowedHosts: hosts) }))
        services = try ImageServices(
            provisioner: provisioner, chunks: chunks, manifests: manifests, leases: leases, importer: importer,
            guarded: GuardedClient(policy: { DownloadPolicy(allowedHosts: ["127.0.0.1"]) }),
            secrets: SecretBox(directory: directory + "/keys"),
            keys: {
                InstallationKeyList(trustedKeys: trusted.text, activeKey: trusted.ids.first ?? KeyID(rawValue: "none"))
            },
            spool: SpoolDirectory(path: directory + "/spool"), uploadDirectory: directory + "/uploads",
            limits: limits, width: width, waitingLimit: waitingLimit, sweepPatience: sweepPatience,
            pause: { duration in
                guard let pause else { return try await Task.sleep(for: duration) }
                try await pause.sleep(for: duration)
            })
        timeline = try Store(path: directory + "/timeline.sqlite")
        self.provisioner = provisioner
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// The user API.
    func router() -> Router<IngotContext> {
        UserListener(
            provisioner: provisioner, settings: AnySettings(), facts: NoFacts(), images: services,
            usage: .fixed(provisioner), controls: .idle(provisioner),
            recorder: TimelineRecorder(store: timeline, log: Installation.log), captures: FixedCaptures()
        ).router()
    }

    /// Runs the service and the API for as long as `body` runs.
    func serve(_ body: @Sendable (ImportAPI) async throws -> Void) async throws {
        let token = try await provisioner.makeAPIToken(name: "administrator")
        let router = router()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.services.tasks.run() }
            try await Application(router: router).test(.router) { client in
                try await body(ImportAPI(client: client, token: token))
            }
            group.cancelAll()
        }
    }

    /// As `serve`, on the loopback, where other installations find it.
    func serveLive(_ body: @Sendable (ImportAPI, _ url: String) async throws -> Void) async throws {
        let token = try await provisioner.makeAPIToken(name: "administrator")
        let application = Application(
            router: router(), configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            logger: Installation.log)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.services.tasks.run() }
            try await application.test(.live) { client in
                let url = "http://127.0.0.1:\(client.port ?? 0)"
                try await body(ImportAPI(client: client, token: token), url)
            }
            group.cancelAll()
        }
    }

    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(filePath: directory + "/" + name))
        return directory + "/" + name
    }

    /// How many files lie in the spool, and how many uploads there are.
    func spooled() throws -> Int {
        try ["/spool", "/uploads"].reduce(0) { sum, folder in
            guard FileManager.default.fileExists(atPath: directory + folder) else { return sum }
            return try sum + FileManager.default.contentsOfDirectory(atPath: directory + folder).count
        }
    }

    func remove(chunk: ChunkDigest) async throws { try await chunks.remove(chunk) }

    func chunkCount() async throws -> Int {
        var count = 0
        try await chunks.forEachDigest { _ in count += 1 }
        return count
    }
}

/// The import routes as a client sees them.
struct ImportAPI: Sendable {
    let client: any TestClientProtocol
    let token: String

    /// The routes as another account sees them.
    func `as`(_ token: String) -> ImportAPI { ImportAPI(client: client, token: token) }

    func get<T: Decodable>(_ path: String) async throws -> T { try decode(await send(.get, path, [])) }

    /// Sends a file and orders its import; `query` is the order: `image=NAME&format=FORMAT&...`.
    func upload(_ bytes: [UInt8], _ query: String) async throws -> TaskDetail {
        try await order(Self.order(query, source: "upload:\(send(bytes))"))
    }

    /// Sends a file; returns the upload's id.
    func send(_ bytes: [UInt8]) async throws -> String {
        let upload: UploadDetail = try await post(APIRoute.uploads, UploadRequest(size: UInt64(bytes.count)))
        let whole: UploadDetail = try decode(await send(.patch, APIRoute.upload(upload.id, from: 0), bytes))
        guard whole.offset == whole.size else { throw TestFailure("\(whole)") }
        return upload.id
    }

    static func order(_ query: String, source: String) -> ImageImportRequest {
        var fields: [String: String] = [:]
        for field in query.split(separator: "&") {
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            fields[String(parts[0])] = parts.count == 2 ? String(parts[1]) : ""
        }
        return ImageImportRequest(
            name: fields["image"] ?? "", format: fields["format"] ?? "", source: source,
            compression: fields["compression"], sha256: fields["sha256"])
    }

    func order(_ request: ImageImportRequest) async throws -> TaskDetail {
        try decode(await send(.post, APIRoute.imports, Array(JSONEncoder().encode(request))))
    }

    func post<T: Decodable>(_ path: String, _ body: some Encodable) async throws -> T {
        try decode(await send(.post, path, Array(JSONEncoder().encode(body))))
    }

    func patch<T: Decodable>(_ path: String, _ body: some Encodable) async throws -> T {
        try decode(await send(.patch, path, Array(JSONEncoder().encode(body))))
    }

    func delete<T: Decodable>(_ path: String) async throws -> T { try decode(await send(.delete, path, [])) }

    /// The status and the text of an answer to a JSON body.
    func refusal(
        _ method: HTTPRequest.Method, _ path: String, _ body: some Encodable
    ) async throws -> (status: HTTPResponse.Status, text: String) {
        let answer = try await send(method, path, Array(JSONEncoder().encode(body)))
        return (answer.status, String(buffer: answer.body))
    }

    func status(
        _ method: HTTPRequest.Method, _ path: String, _ body: [UInt8] = []
    ) async throws -> HTTPResponse.Status { try await send(method, path, body).status }

    /// The task once it has ended.
    func end(_ id: String) async throws -> TaskDetail {
        var last: TaskDetail?
        for _ in 0..<3000 {
            let detail: TaskDetail = try await get(APIRoute.task(id))
            if detail.state.isFinal { return detail }
            last = detail
            try await Task.sleep(for: .milliseconds(10))
        }
        throw TestFailure("a task did not end: \(last.map { "\($0)" } ?? id)")
    }

    private func send(_ method: HTTPRequest.Method, _ path: String, _ body: [UInt8]) async throws -> TestResponse {
        try await client.execute(
            uri: path, method: method, headers: [.authorization: "Bearer \(token)"], body: ByteBuffer(bytes: body))
    }

    private func decode<T: Decodable>(_ response: TestResponse) throws -> T {
        guard response.status.kind == .successful else { throw TestFailure(String(buffer: response.body)) }
        return try JSONDecoder().decode(T.self, from: Data(response.body.readableBytesView))
    }
}

/// Takes every disk for a deployable one.
struct PlainDisk: DiskInspecting {
    func inspect(_ path: String) async throws -> DiskFacts {
        DiskFacts(
            sectorSize: 512, partitionTable: PartitionTable(label: "gpt", diskGUID: "", partitions: []),
            os: OSFacts(), firmware: ["bios", "uefi"])
    }
}

/// Never ends until it is cancelled.
struct HeldInspector: DiskInspecting {
    private let entered = AsyncStream.makeStream(of: Void.self)

    func inspect(_ path: String) async throws -> DiskFacts {
        entered.continuation.finish()
        try await Task.sleep(for: .seconds(3600))
        throw CancellationError()
    }

    func waitUntilEntered() async { for await _ in entered.stream {} }
}

extension UsageDesk {
    /// What is used on an installation whose clocks agree, at a price of one for a gigabyte and month.
    static func fixed(_ provisioner: Provisioner, clock: @escaping @Sendable () -> Int64 = { 0 }) -> UsageDesk {
        UsageDesk(
            provisioner: provisioner,
            meter: Meter(store: provisioner.store, wall: clock, uptime: clock, log: Installation.log),
            price: { StoragePrice(perGigabyteMonth: 1, currency: "EUR") })
    }
}

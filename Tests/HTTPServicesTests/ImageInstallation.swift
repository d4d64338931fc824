import FoundationEssentials
import HTTPServices
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import ImageFormat
import ImageStore
import NIOCore
import ServiceLifecycle
import Store
import Testing
import UserAPI

/// Image stores in a directory of their own, with the service that imports into them.
final class ImageInstallation: Sendable {
    let service: ImportService
    private let provisioner: Provisioner
    private let chunks: DirectoryChunkStore
    private let directory: String

    init(
        provisioner: Provisioner, limits: ImportLimits = ImportLimits(), inspector: any DiskInspecting = PlainDisk(),
        waitingLimit: Int = 16
    ) throws {
        directory = "/var/tmp/ingot-imports-\(UInt64.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let leases = ChunkLeases()
        chunks = try DirectoryChunkStore(path: directory + "/chunks")
        let manifests = try DirectoryManifestStore(path: directory + "/manifests")
        let importer = ImageImporter(
            chunks: chunks, manifests: manifests, leases: leases, inspector: inspector,
            spoolDirectory: directory + "/spool", limits: limits)
        service = try ImportService(
            provisioner: provisioner, importer: importer,
            catalog: ImageCatalog(
                provisioner: provisioner, sweep: ChunkSweep(chunks: chunks, manifests: manifests, leases: leases)),
            spool: SpoolDirectory(path: directory + "/spool"), limits: limits, width: 1, waitingLimit: waitingLimit)
        self.provisioner = provisioner
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// Runs the service and the API for as long as `body` runs.
    func serve(_ body: @Sendable (ImportAPI) async throws -> Void) async throws {
        let token = try await provisioner.makeAPIToken(name: "administrator")
        let router = UserListener(
            provisioner: provisioner, settings: AnySettings(), facts: NoFacts(), imports: service,
            controls: .idle(provisioner),
            recorder: TimelineRecorder(
                store: try Store(path: directory + "/timeline.sqlite"), log: Installation.log),
            captures: FixedCaptures()
        ).router()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.service.run() }
            try await Application(router: router).test(.router) { client in
                try await body(ImportAPI(client: client, token: token))
            }
            group.cancelAll()
        }
    }

    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(filePath: directory + "/" + name))
        return directory + "/" + name
    }

    /// How many files lie in the spool.
    func spooled() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: directory + "/spool").count }

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

    func get<T: Decodable>(_ path: String) async throws -> T { try decode(await send(.get, path, [])) }

    func upload(_ bytes: [UInt8], _ query: String) async throws -> ImportDetail {
        try decode(await send(.post, "\(APIRoute.imports)?\(query)", bytes))
    }

    func order(_ request: ImageImportRequest) async throws -> ImportDetail {
        try decode(await send(.post, APIRoute.imports, Array(JSONEncoder().encode(request))))
    }

    func status(
        _ method: HTTPRequest.Method, _ path: String, _ body: [UInt8] = []
    ) async throws -> HTTPResponse.Status { try await send(method, path, body).status }

    /// The import once it has ended.
    func end(_ id: String) async throws -> ImportDetail {
        for _ in 0..<1000 {
            let detail: ImportDetail = try await get(APIRoute.import(id))
            if detail.state.isFinal { return detail }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw TestFailure("import \(id) did not end")
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
            os: OSFacts(), firmware: ["bios"])
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

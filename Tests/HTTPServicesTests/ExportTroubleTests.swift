import AsyncHTTPClient
import Crypto
import FoundationEssentials
import HTTPServices
import HTTPTypes
import ImageFormat
import ImageStore
import NIOCore
import NIOHTTP1
import ObjectStorage
import S3TestSupport
import Signing
import Store
import Synchronization
import Testing
import UserAPI

/// What happens to the object storage, or to the leave to use it, in the midst of an export.
@Suite(.serialized) struct ExportTroubleTests {
    let server: Installation

    init() throws { server = try Installation() }

    enum Trouble: CaseIterable {
        case bucketVanishes
        case keyIsChanged
        case clockIsWrong
        case serviceIsKilled

        /// What the failure says.
        var reason: String {
            switch self {
            case .bucketVanishes: "the bucket is not there (any more): make it"
            case .keyIsChanged: "check the access key, the secret key and what they may do"
            case .clockIsWrong: "set this machine's clock"
            case .serviceIsKilled: "the object storage cannot be reached"
            }
        }
    }

    /// Three parts and a half of 16 MiB that do not compress.
    private static let disk: [UInt8] = {
        var generator = SystemRandomNumberGenerator()
        return (0..<(56 << 17)).flatMap { _ in withUnsafeBytes(of: generator.next() as UInt64) { Array($0) } }
    }()

    /// The third of four parts is on its way: nothing of the first two is sent again later, and the object is right.
    @Test(arguments: Trouble.allCases)
    func whatEndsAnExportIsSaidAndTheNextOrderGoesOn(trouble: Trouble) async throws {
        try await withExport(stoppingBefore: 3) { api, line, storage async throws in
            let credential = Self.credential(line)
            let _: CredentialSummary = try await api.post(APIRoute.credentials, credential)
            let export: TaskDetail = try await api.post(APIRoute.exports, Self.order)
            await line.waitUntilStopped()
            #expect(line.parts == [1, 2, 3])

            let mend = try await cause(trouble, storage, line, api, credential)
            line.release()
            let ended = try await api.end(export.id)
            #expect(ended.state == .failed)
            #expect(ended.failure?.contains(trouble.reason) == true, "\(ended.failure ?? "")")
            #expect(ended.failure?.contains("order the same export again") == true)
            let before = line.parts.count
            try await mend()
            // What ends before it has sent anything changes nothing.
            try await server.store.write { tx in
                let failed = try #require(try tx.task(id: export.id))
                var empty = TaskRecord(
                    id: "t-empty", kind: .export, accountID: failed.accountID, imageName: failed.imageName,
                    subject: failed.subject, order: failed.order, createdAt: failed.createdAt)
                empty.state = .failed
                try tx.insert(empty)
            }

            let again: TaskDetail = try await api.post(APIRoute.exports, Self.order)
            let done = try await api.end(again.id)
            #expect(done.state == .done, "\(done.failure ?? "")")
            // With its bucket an upload is gone, if the service says so. The third part was signed before the clock was wrong.
            if trouble != .bucketVanishes {
                #expect(Array(line.parts[before...]) == (trouble == .clockIsWrong ? [4] : [3, 4]))
            }
            let back = try await api.order(
                ImageImportRequest(
                    name: "back", format: "raw", source: "s3://images/web-1.raw.zst", compression: "zst",
                    credential: "backup"))
            #expect(try await api.end(back.id).state == .done)
            let original: ImageDetail = try await api.get(APIRoute.image("web"))
            let returned: ImageDetail = try await api.get(APIRoute.image("back"))
            #expect(original.revisions.first?.digest == returned.revisions.first?.digest)
        }
    }

    /// Makes the trouble; returns what ends it.
    private func cause(
        _ trouble: Trouble, _ storage: Storage, _ line: S3Line, _ api: ImportAPI, _ credential: CredentialRequest
    ) async throws -> () async throws -> Void {
        switch trouble {
        case .bucketVanishes:
            try await Self.remove(bucket: "images", port: storage.port)
            return { try await Self.bucket(storage.port).makeBucket() }
        case .keyIsChanged:
            // However long that takes, a request that is sent again finds the storage there.
            line.hold()
            try await storage.restart(secret: "changed")
            return {
                #expect(try await api.status(.delete, APIRoute.credential("backup")) == .noContent)
                var changed = credential
                changed.secretKey = "changed"
                let _: CredentialSummary = try await api.post(APIRoute.credentials, changed)
            }
        case .clockIsWrong:
            server.now.advance(by: 20 * 60)
            return { self.server.now.advance(by: -20 * 60) }
        case .serviceIsKilled:
            storage.stop()
            return { try await storage.restart() }
        }
    }

    /// A part that does not come through, for as long as the line is slow, does not keep an export alive.
    @Test(arguments: ["revoked", "not to be copied any more", "disabled"])
    func withTheLeaveGoesTheExportAlsoOnASlowLine(how: String) async throws {
        let alice = try await server.account("alice", .member)
        let bob = try await server.account("bob", .member)
        let receiver = bob.id
        let pause = ManualPause()
        try await withExport(stoppingBefore: 2, owner: alice.token, pause: pause) { api, line, storage async throws in
            let (alice, bob) = (api.as(alice.token), api.as(bob.token))
            let offer: ShareDetail = try await alice.post(
                APIRoute.shares, ShareRequest(image: "web", receiver: "bob", mayCopy: true))
            let _: ShareDetail = try await bob.patch(APIRoute.share(offer.id), ShareChange(state: .accepted))
            let _: CredentialSummary = try await bob.post(APIRoute.credentials, Self.credential(line))
            let export: TaskDetail = try await bob.post(APIRoute.exports, Self.order)
            await line.waitUntilStopped()
            #expect(try await Self.seconds(of: pause, until: export.id, api) == nil)

            switch how {
            case "revoked": #expect(try await alice.status(.delete, APIRoute.share(offer.id)) == .noContent)
            case "disabled": try await server.disable(receiver)
            default:
                let _: ShareDetail = try await alice.patch(APIRoute.share(offer.id), ShareChange(mayCopy: false))
            }
            #expect(try await Self.seconds(of: pause, until: export.id, api) != nil)
            let ended = try await api.end(export.id)
            #expect(ended.state == .failed && ended.failure?.contains("not yours to take away") == true)
            try await expectNoUpload(of: export.id, port: storage.port)
        }
    }

    /// Lets 60 seconds pass, or as many as a task takes to end; nil where it has not ended then. A second passes only while
    /// somebody waits for it: what is done in between takes as long as it takes.
    private static func seconds(of pause: ManualPause, until task: String, _ api: ImportAPI) async throws -> Int? {
        for second in 0...60 {
            repeat {
                try await Task.sleep(for: .milliseconds(5))
                let detail: TaskDetail = try await api.get(APIRoute.task(task))
                if detail.state.isFinal { return second }
            } while !pause.isAwaited
            if second < 60 { pause.advance(by: .seconds(1)) }
        }
        return nil
    }

    /// What was sent is taken back.
    private func expectNoUpload(of task: String, port: Int) async throws {
        struct Upload: Decodable { var upload: String }
        let kept = try await server.store.read { try $0.task(id: task)?.checkpoint }
        let upload = try JSONDecoder().decode(Upload.self, from: Data(#require(kept).utf8)).upload
        for _ in 0..<500 {
            do {
                _ = try await Self.bucket(port).parts(of: "web-1.raw.zst", upload: upload)
            } catch let error as S3Error where error.kind == .noSuchUpload {
                return
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("the upload is there still")
    }

    // MARK: The storage

    private static let order = ExportRequest(
        image: "web", format: "raw.zst", credential: "backup", bucket: "images")

    private static func credential(_ line: S3Line) -> CredentialRequest {
        CredentialRequest(
            name: "backup", endpoint: line.url, accessKey: S3Service.accessKey, secretKey: S3Service.secretKey)
    }

    private static func bucket(_ port: Int) -> S3Client {
        S3Client(
            endpoint: S3Endpoint(url: "http://127.0.0.1:\(port)"), bucket: "images",
            credentials: S3Credentials(accessKey: S3Service.accessKey, secretKey: S3Service.secretKey), http: .shared,
            clock: { Int64(Date().timeIntervalSince1970) })
    }

    /// Removes a bucket without objects.
    private static func remove(bucket: String, port: Int) async throws {
        let signature = S3Signature(
            credentials: S3Credentials(accessKey: S3Service.accessKey, secretKey: S3Service.secretKey),
            region: "us-east-1")
        let fields = signature.headers(
            method: "DELETE", path: "/\(bucket)", query: [], headers: ["host": "127.0.0.1:\(port)"],
            bodyDigest: S3Signature.emptyDigest, now: Int64(Date().timeIntervalSince1970))
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/\(bucket)")
        request.method = .DELETE
        for (name, value) in fields { request.headers.add(name: name, value: value) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        guard response.status == .noContent else { throw TestFailure("the bucket stays: \(response.status)") }
    }

    /// A storage behind a line, and the image `web` in an installation whose clock tells the time of day.
    private func withExport(
        stoppingBefore part: Int, owner: String? = nil, pause: ManualPause? = nil,
        _ body: @Sendable (ImportAPI, S3Line, Storage) async throws -> Void
    ) async throws {
        server.now.advance(by: Int64(Date().timeIntervalSince1970) - server.now.value)
        let storage = try await Storage()
        defer { storage.remove() }
        try await Self.bucket(storage.port).makeBucket()
        let line = try await S3Line(toPort: storage.port, stoppingBefore: part)
        let images = try ImageInstallation(
            provisioner: server.provisioner, trusted: TrustedKeys([server.key.publicKey]), pause: pause)
        try await line.carry {
            try await images.serve { api async throws in
                let owner = owner.map { api.as($0) } ?? api
                let upload = try await owner.upload(Self.disk, "image=web&format=raw")
                let ended = try await owner.end(upload.id)
                guard ended.state == .done else { throw TestFailure(ended.failure ?? "") }
                try await body(api, line, storage)
            }
        }
    }
}

/// An object storage that can be started anew.
private final class Storage: Sendable {
    let port: Int
    private let service: Mutex<S3Service>

    init() async throws {
        let service = try await S3Service()
        port = service.port
        self.service = Mutex(service)
    }

    func stop() { service.withLock { $0.stop() } }

    func remove() { service.withLock { $0.remove() } }

    func restart(secret: String = S3Service.secretKey) async throws {
        stop()
        let directory = service.withLock { $0.directory }
        let next = try await S3Service(directory: directory, port: port, secret: secret)
        service.withLock { $0 = next }
    }
}

/// Seconds that only a test lets pass.
final class ManualPause: Sendable {
    private struct Sleeper {
        let end: Duration
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now = Duration.zero
        var next = 0
        var sleepers: [Int: Sleeper] = [:]
    }

    private let state = Mutex(State())

    func sleep(for duration: Duration) async throws {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                state.withLock { state in
                    if Task.isCancelled { return continuation.resume(throwing: CancellationError()) }
                    state.sleepers[id] = Sleeper(end: state.now + duration, continuation: continuation)
                }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: id) }?.continuation.resume(throwing: CancellationError())
        }
    }

    var isAwaited: Bool { state.withLock { !$0.sleepers.isEmpty } }

    func advance(by duration: Duration) {
        let awake = state.withLock { state in
            state.now += duration
            let due = state.sleepers.filter { $0.value.end <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in awake { continuation.resume() }
    }
}

import AccessPolicy
import AsyncHTTPClient
import Crypto
import FoundationEssentials
import HTTPServices
import HTTPTypes
import ImageFormat
import ImageStore
import NIOCore
import ObjectStorage
import S3TestSupport
import Store
import Subprocess
import Testing
import UserAPI

/// Exports to an object storage that checks signatures, and imports from it.
@Suite(.serialized) struct ExportTests {
    let server: Installation

    init() throws { server = try Installation() }

    private func images(_ limits: ImportLimits = ImportLimits(), directory: String? = nil) throws -> ImageInstallation {
        try ImageInstallation(
            provisioner: server.provisioner, limits: limits, trusted: TrustedKeys([server.key.publicKey]),
            directory: directory)
    }

    private static func bucket(_ service: S3Service) -> S3Client {
        S3Client(
            endpoint: S3Endpoint(url: service.url), bucket: "images",
            credentials: S3Credentials(accessKey: S3Service.accessKey, secretKey: S3Service.secretKey), http: .shared,
            clock: { Int64(Date().timeIntervalSince1970) })
    }

    /// The test's clock stands still elsewhere: signatures want the time of day.
    private func withService(_ body: (S3Service, ImageInstallation) async throws -> Void) async throws {
        server.now.advance(by: Int64(Date().timeIntervalSince1970) - server.now.value)
        let service = try await S3Service()
        defer { service.remove() }
        try await Self.bucket(service).makeBucket()
        try await body(service, try images())
    }

    private static func credential(
        _ service: S3Service, _ name: String = "backup", secret: String = S3Service.secretKey
    ) -> CredentialRequest {
        CredentialRequest(
            name: name, endpoint: service.url, accessKey: S3Service.accessKey, secretKey: secret)
    }

    /// A disk with holes, of 5 MiB and a half.
    private static let disk: [UInt8] = (0..<(11 << 19)).map { index in
        (index >> 20) % 2 == 1 ? 0 : UInt8(truncatingIfNeeded: (index &* 2_654_435_761) >> 13 &+ index >> 20)
    }

    private static func imported(_ api: ImportAPI) async throws -> ImageDetail {
        let task = try await api.upload(disk, "image=web&format=raw")
        let ended = try await api.end(task.id)
        guard ended.state == .done else { throw TestFailure(ended.failure ?? "") }
        return try await api.get(APIRoute.image("web"))
    }

    @Test func whatIsExportedIsImportedAgainAsTheSameChunks() async throws {
        try await withService { service, images in
            try await images.serve { api async throws in
                let before = try await Self.imported(api)
                let _: CredentialSummary = try await api.post(APIRoute.credentials, Self.credential(service))
                for format in ["raw.zst", "qcow2", "chunked"] {
                    let export: TaskDetail = try await api.post(
                        APIRoute.exports,
                        ExportRequest(
                            image: "web", format: format, credential: "backup", bucket: "images", prefix: "a b/"))
                    let ended = try await api.end(export.id)
                    #expect(ended.state == .done, "\(format): \(ended.failure ?? "")")
                }
                #expect(try await api.status(.delete, APIRoute.image("web")) == .ok)
                for (format, compression, key) in [
                    ("raw", "zst", "web-1.raw.zst"), ("qcow2", nil, "web-1.qcow2"),
                    ("chunked", nil, "web-1.manifest.json"),
                ] {
                    let task = try await api.order(
                        ImageImportRequest(
                            name: "back-\(format)", format: format, source: "s3://images/a b/\(key)",
                            compression: compression, credential: "backup"))
                    let ended = try await api.end(task.id)
                    #expect(ended.state == .done, "\(format): \(ended.failure ?? "")")
                    let after: ImageDetail = try await api.get(APIRoute.image("back-\(format)"))
                    #expect(after.revisions.first?.digest == before.revisions.first?.digest, "\(format)")
                }
            }
        }
    }

    /// The exported file is what others read, too.
    @Test func theFileIsAZstdFileOfTheDisk() async throws {
        try await withService { service, images in
            try await images.serve { api async throws in
                _ = try await Self.imported(api)
                let _: CredentialSummary = try await api.post(APIRoute.credentials, Self.credential(service))
                let export: TaskDetail = try await api.post(
                    APIRoute.exports,
                    ExportRequest(image: "web", format: "raw.zst", credential: "backup", bucket: "images"))
                #expect(try await api.end(export.id).state == .done)
                let bytes = try #require(try await Self.bucket(service).get("web-1.raw.zst", limit: 64 << 20))
                let path = try images.file("exported.zst", Array(bytes.readableBytesView))
                let result = try await Subprocess.run(
                    .name("zstd"), arguments: ["-d", "-q", "-f", path, "-o", path + ".raw"], output: .discarded)
                #expect(result.terminationStatus.isSuccess)
                #expect(try Array(Data(contentsOf: URL(filePath: path + ".raw"))) == Self.disk)
                let sum = try #require(try await Self.bucket(service).get("web-1.raw.zst.sha256", limit: 4096))
                let digest = ChunkDigest(of: Array(bytes.readableBytesView))
                #expect(String(buffer: sum) == "\(digest)  web-1.raw.zst\n")
            }
        }
    }

    @Test func aWrongKeyAndABucketThatIsNotThereAreSaid() async throws {
        try await withService { service, images in
            try await images.serve { api async throws in
                _ = try await Self.imported(api)
                let wrong = Self.credential(service, "wrong", secret: "wrong")
                let _: CredentialSummary = try await api.post(APIRoute.credentials, wrong)
                let _: CredentialSummary = try await api.post(APIRoute.credentials, Self.credential(service))
                for (credential, bucket, reason) in [
                    ("wrong", "images", "check the access key"), ("backup", "nowhere", "the bucket is not there"),
                ] {
                    let export: TaskDetail = try await api.post(
                        APIRoute.exports,
                        ExportRequest(image: "web", format: "raw.zst", credential: credential, bucket: bucket))
                    let ended = try await api.end(export.id)
                    #expect(ended.state == .failed && ended.failure?.contains(reason) == true, "\(ended.failure ?? "")")
                }
                // A revoked key.
                #expect(try await api.status(.delete, APIRoute.credential("wrong")) == .noContent)
                let order = ExportRequest(image: "web", format: "raw.zst", credential: "wrong", bucket: "images")
                #expect(try await api.refusal(.post, APIRoute.exports, order).status == .notFound)
            }
        }
    }

    @Test func aClockThatIsWrongIsSaid() async throws {
        try await withService { service, images in
            try await images.serve { api async throws in
                _ = try await Self.imported(api)
                let _: CredentialSummary = try await api.post(APIRoute.credentials, Self.credential(service))
                server.now.advance(by: 20 * 60)
                let export: TaskDetail = try await api.post(
                    APIRoute.exports,
                    ExportRequest(image: "web", format: "raw.zst", credential: "backup", bucket: "images"))
                let ended = try await api.end(export.id)
                #expect(ended.failure?.contains("set this machine's clock") == true, "\(ended.failure ?? "")")
            }
        }
    }

    @Test func whatWasChangedInTheStorageIsRefused() async throws {
        try await withService { service, images in
            try await images.serve { api async throws in
                _ = try await Self.imported(api)
                let _: CredentialSummary = try await api.post(APIRoute.credentials, Self.credential(service))
                for format in ["raw.zst", "chunked"] {
                    let export: TaskDetail = try await api.post(
                        APIRoute.exports,
                        ExportRequest(image: "web", format: format, credential: "backup", bucket: "images"))
                    #expect(try await api.end(export.id).state == .done)
                }
                #expect(try await api.status(.delete, APIRoute.image("web")) == .ok)
                let bucket = Self.bucket(service)
                try await bucket.put("web-1.raw.zst.sha256", ByteBuffer(string: String(repeating: "0", count: 64)))
                var chunks: [String] = []
                try await bucket.forEachObject(prefix: "chunks/") { chunks.append($0.key) }
                let frame = try #require(try await bucket.get(chunks[1], limit: 8 << 20))
                try await bucket.put(chunks[0], frame)
                for (format, compression, key, reason) in [
                    ("raw", "zst", "web-1.raw.zst", "expected 0000"),
                    ("chunked", nil, "web-1.manifest.json", "does not hold the bytes"),
                ] {
                    let task = try await api.order(
                        ImageImportRequest(
                            name: "back", format: format, source: "s3://images/\(key)", compression: compression,
                            credential: "backup"))
                    let ended = try await api.end(task.id)
                    #expect(ended.state == .failed && ended.failure?.contains(reason) == true, "\(ended.failure ?? "")")
                }
                #expect(try await api.status(.get, APIRoute.image("back")) == .notFound)
            }
        }
    }

    @Test func aManifestThatSomebodyElseSignedIsRefused() async throws {
        try await withService { service, images in
            try await images.serve { api async throws in
                let _: CredentialSummary = try await api.post(APIRoute.credentials, Self.credential(service))
                let key = Curve25519.Signing.PrivateKey()
                let document = try FixedKeySigner(key: key).sign(document: Array("{}".utf8))
                try await Self.bucket(service).put(
                    "x.manifest.json", ByteBuffer(bytes: Array(try JSONEncoder().encode(document))))
                let task = try await api.order(
                    ImageImportRequest(
                        name: "x", format: "chunked", source: "s3://images/x.manifest.json", credential: "backup"))
                let ended = try await api.end(task.id)
                #expect(ended.failure?.contains("not one of this installation's keys") == true)
            }
        }
    }

    @Test func credentialsBelongToTheirAccountAndSecretsStayInside() async throws {
        let alice = try await server.account("alice", .member)
        let images = try images()
        try await images.serve { api async throws in
            let alice = api.as(alice.token)
            let request = CredentialRequest(
                name: "backup", endpoint: "https://s3.example.org:9000", accessKey: "AK", secretKey: "hidden")
            let made: CredentialSummary = try await alice.post(APIRoute.credentials, request)
            #expect(made.region == "us-east-1")
            #expect(try await alice.refusal(.post, APIRoute.credentials, request).status == .conflict)
            let others: Page<CredentialSummary> = try await api.get(APIRoute.credentials)
            #expect(others.items.isEmpty)
            #expect(try await api.status(.delete, APIRoute.credential(made.id)) == .notFound)
            let stored = try await server.store.read { tx in
                try tx.accounts().flatMap { try tx.credentials(accountID: $0.id) }
            }
            #expect(stored.count == 1 && !"\(stored)".contains("hidden"))
            let log: Page<AuditLine> = try await api.get(APIRoute.audit)
            #expect(!"\(log)".contains("hidden") && "\(log)".contains("createCredential"))
        }
    }

    @Test(arguments: [
        "http://", "ftp://a.b", "https://a.b/path", "https://user@a.b", "https://a.b?x=1", "a.b:9000", "",
    ])
    func refusesAnEndpoint(endpoint: String) async throws {
        let images = try images()
        try await images.serve { api async throws in
            let request = CredentialRequest(name: "a", endpoint: endpoint, accessKey: "AK", secretKey: "SK")
            #expect(try await api.refusal(.post, APIRoute.credentials, request).status == .unprocessableContent)
        }
    }

    @Test func onlyWhatMayBeCopiedIsExported() async throws {
        let alice = try await server.account("alice", .member)
        let bob = try await server.account("bob", .member)
        let images = try images()
        try await images.serve { api async throws in
            let (alice, bob) = (api.as(alice.token), api.as(bob.token))
            _ = try await Self.imported(alice)
            let request = CredentialRequest(
                name: "backup", endpoint: "https://s3.example.org", accessKey: "AK", secretKey: "SK")
            let _: CredentialSummary = try await bob.post(APIRoute.credentials, request)
            let export = ExportRequest(image: "alice:web", format: "raw.zst", credential: "backup", bucket: "images")
            #expect(try await bob.refusal(.post, APIRoute.exports, export).status == .notFound)
            let share: ShareDetail = try await alice.post(
                APIRoute.shares, ShareRequest(image: "web", receiver: "bob"))
            let _: ShareDetail = try await bob.patch(APIRoute.share(share.id), ShareChange(state: .accepted))
            #expect(try await bob.refusal(.post, APIRoute.exports, export).status == .forbidden)
            let _: ShareDetail = try await alice.patch(APIRoute.share(share.id), ShareChange(mayCopy: true))
            let task: TaskDetail = try await bob.post(APIRoute.exports, export)
            // Nobody has that name.
            let ended = try await bob.end(task.id)
            #expect(ended.state == .failed && ended.failure?.contains("s3.example.org") == true)
        }
    }
}

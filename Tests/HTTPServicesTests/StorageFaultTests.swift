import AsyncHTTPClient
import FoundationEssentials
import HTTPServices
import ImageFormat
import ImageStore
import NIOCore
import NIOPosix
import ObjectStorage
import S3TestSupport
import Testing
import UserAPI

/// A storage that does not answer, and chunks that must not get there.
@Suite(.serialized) struct StorageFaultTests {
    let server: Installation

    init() throws { server = try Installation() }

    private static func credential(_ url: String) -> CredentialRequest {
        CredentialRequest(
            name: "backup", endpoint: url, accessKey: S3Service.accessKey, secretKey: S3Service.secretKey)
    }

    @Test func anImportTakesNoLongerThanADownloadMay() async throws {
        let silent = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let url = "http://127.0.0.1:\(silent.localAddress?.port ?? 0)"
        let images = try ImageInstallation(
            provisioner: server.provisioner, limits: ImportLimits(downloadSeconds: 0))
        try await images.serve { api async throws in
            let _: CredentialSummary = try await api.post(APIRoute.credentials, Self.credential(url))
            let task = try await api.order(
                ImageImportRequest(name: "web", format: "raw", source: "s3://images/web", credential: "backup"))
            let ended = try await api.end(task.id)
            #expect(ended.state == .failed)
            #expect(
                ended.failure?.contains("it took longer than 0 seconds") == true, "\(ended.failure ?? "")")
        }
        try await silent.close()
    }

    @Test func anExportEndsAtADamagedChunkAndNamesIt() async throws {
        server.now.advance(by: Int64(Date().timeIntervalSince1970) - server.now.value)
        let service = try await S3Service()
        defer { service.remove() }
        let bucket = S3Client(
            endpoint: S3Endpoint(url: service.url), bucket: "images",
            credentials: S3Credentials(accessKey: S3Service.accessKey, secretKey: S3Service.secretKey), http: .shared,
            clock: { Int64(Date().timeIntervalSince1970) })
        try await bucket.makeBucket()
        let images = try ImageInstallation(provisioner: server.provisioner)
        let disk = (1...3).flatMap { [UInt8](repeating: UInt8($0), count: 1 << 20) }
        let damaged = ChunkDigest(of: [UInt8](repeating: 2, count: 1 << 20))
        let name = damaged.description
        try await images.serve { api async throws in
            let upload = try await api.upload(disk, "image=web&format=raw")
            #expect(try await api.end(upload.id).state == .done)
            _ = try images.file("chunks/\(name.prefix(2))/\(name.dropFirst(2).prefix(2))/\(name)", [1, 2, 3])
            let _: CredentialSummary = try await api.post(APIRoute.credentials, Self.credential(service.url))
            for format in ["raw.zst", "chunked"] {
                let export: TaskDetail = try await api.post(
                    APIRoute.exports,
                    ExportRequest(image: "web", format: format, credential: "backup", bucket: "images"))
                let ended = try await api.end(export.id)
                #expect(ended.state == .failed)
                #expect(
                    ended.failure?.contains("chunk \(damaged) in the chunk store is damaged") == true,
                    "\(format): \(ended.failure ?? "")")
                #expect(try await bucket.size(of: "web-1.manifest.json") == nil)
            }
        }
    }
}

import AgentProtocol
import FoundationEssentials
import HTTPServices
import HTTPTypes
import HummingbirdTesting
import ImageFormat
import ImageStore
import NIOCore
import Provisioning
import Store
import Testing

/// Manifests and chunks on the boot listener: a stage reads what its own running order names, and nothing else.
@Suite(.timeLimit(.minutes(2)))
struct ImageRouteTests {
    private static let frame = [UInt8](repeating: 7, count: 1000)

    let boot: BootInstallation

    init() throws { boot = try BootInstallation() }

    @Test(arguments: BootInstallation.setups)
    func aStageReadsWhatItsOrderNames(setup: TestingSetup) async throws {
        let image = try await boot.addImage(frame: Self.frame)
        let token = try await boot.runningStage()
        try await boot.serve(setup) { client async throws in
            let manifest = try await client.send(.get, AgentRoute.manifest(image.manifest), token: token)
            #expect(manifest.status == .ok)
            let document = try JSONDecoder().decode(SignedDocument.self, from: Data(manifest.bytes))
            #expect(ChunkDigest(of: Array(document.payload)) == image.manifest)
            let chunk = try await client.send(.get, AgentRoute.chunk(image.chunk), token: token)
            #expect(chunk.status == .ok && chunk.bytes == Self.frame)
            #expect(chunk.headers[.contentType] == "application/zstd" && chunk.headers[.contentLength] == "1000")
            #expect(chunk.headers[.cacheControl]?.contains("immutable") == true)
            let part = try await client.send(.get, AgentRoute.chunk(image.chunk), range: "bytes=990-", token: token)
            #expect(part.status == .partialContent && part.bytes == Array(Self.frame.suffix(10)))
        }
    }

    /// A file of the kernel's that fails at the first read, in place of one on a failing disk.
    @Test func aCopyThatCannotBeReadIsDropped() async throws {
        let path = "/sys/class/net/lo/speed"
        try #require(FileManager.default.fileExists(atPath: path) && FileManager.default.contents(atPath: path) == nil)
        let boot = try BootInstallation(copy: .file(path: path, size: 4096))
        let image = try await boot.addImage(frame: Self.frame)
        let token = try await boot.runningStage()
        try await boot.serve { client async throws in
            let chunk = try await client.send(.get, AgentRoute.chunk(image.chunk), token: token)
            #expect(chunk.status == .ok && chunk.bytes == Self.frame)
        }
    }

    @Test(arguments: BootInstallation.setups)
    func headTellsTheLengthsOfManifestAndChunk(setup: TestingSetup) async throws {
        let image = try await boot.addImage(frame: Self.frame)
        let token = try await boot.runningStage()
        try await boot.serve(setup) { client async throws in
            for path in [AgentRoute.manifest(image.manifest), AgentRoute.chunk(image.chunk)] {
                let head = try await client.send(.head, path, token: token)
                let get = try await client.send(.get, path, token: token)
                #expect(head.status == .ok && get.status == .ok && head.bytes.isEmpty)
                #expect(head.headers[.contentLength] == "\(get.bytes.count)")
            }
        }
    }

    @Test func aChunkThatIsNotDurableYetIsServedAsWell() async throws {
        let image = try await boot.addImage(frame: Self.frame)
        try await boot.removeChunk(image.chunk)
        _ = try await boot.addChunk(Self.frame)
        let token = try await boot.runningStage()
        try await boot.serve { client async throws in
            for method in [HTTPRequest.Method.get, .head] {
                let answer = try await client.send(method, AgentRoute.chunk(image.chunk), token: token)
                #expect(answer.status == .ok && answer.headers[.contentLength] == "1000")
                #expect(answer.bytes == (method == .get ? Self.frame : []))
            }
        }
    }

    @Test func aChunkThatIsMissingIsNotFound() async throws {
        let image = try await boot.addImage(frame: Self.frame)
        try await boot.removeChunk(image.chunk)
        try await expect(.notFound, image, token: boot.runningStage(), ofManifest: .ok)
    }

    @Test func nobodyReadsWithoutAToken() async throws {
        let image = try await boot.addImage(frame: Self.frame)
        _ = try await boot.runningStage()
        try await expect(.unauthorized, image, token: nil)
        try await expect(.unauthorized, image, token: "wrong")
    }

    @Test func whatIsPublicNeedsNoToken() async throws {
        let image = try await boot.addImage(frame: Self.frame)
        let own = try await boot.addImage("own", frame: [7, 7, 7])
        try await boot.server.publish()
        try await expect(.ok, image, token: nil)
        try await expect(.unauthorized, own, token: nil)
        // Withdrawn, it is private again two seconds later.
        try await boot.server.publish(isPublic: false)
        boot.server.now.advance(by: 2)
        try await expect(.unauthorized, image, token: nil)
    }

    @Test func onlyWhatIsPublicMayLieInACacheThatOthersUse() async throws {
        let image = try await boot.addImage(frame: Self.frame)
        let token = try await boot.runningStage()
        try await boot.serve { client async throws in
            let path = AgentRoute.chunk(image.chunk)
            for _ in 1...2 {
                let answer = try await client.send(.get, path, token: token)
                #expect(answer.headers[.cacheControl]?.hasPrefix("private,") == true)
            }
            try await boot.server.publish()
            boot.server.now.advance(by: 2)
            for token in [token, nil] {
                let answer = try await client.send(.get, path, token: token)
                #expect(answer.status == .ok)
                #expect(answer.headers[.cacheControl]?.hasPrefix("public,") == true)
            }
        }
    }

    @Test func aStageWithoutAnOrderReadsNothing() async throws {
        let image = try await boot.addImage(frame: Self.frame)
        try await expect(.forbidden, image, token: boot.server.greet().sessionToken)
    }

    @Test func aStageReadsNothingOfAnotherOrder() async throws {
        let own = try await boot.addImage(frame: Self.frame)
        let other = try await boot.addImage("debian-13", frame: [1, 2, 3])
        let token = try await boot.runningStage()
        let otherToken = try await boot.runningStage(mac: Installation.otherMAC, image: "debian-13")
        try await expect(.ok, own, token: token)
        try await expect(.forbidden, other, token: token)
        try await expect(.ok, other, token: otherToken)
        try await expect(.forbidden, own, token: otherToken)
    }

    @Test func aVoidedSessionReadsNothingAfterTwoSeconds() async throws {
        let image = try await boot.addImage(frame: Self.frame)
        let token = try await boot.runningStage()
        try await expect(.ok, image, token: token)
        let newer = try await boot.server.greet(Installation.greeting(bootID: "boot-3")).sessionToken
        boot.server.now.advance(by: 2)
        try await expect(.unauthorized, image, token: token)
        try await expect(.ok, image, token: newer)
    }

    @Test("T30: a cancelled order reads nothing after two seconds")
    func aCancelledOrderReadsNothingAfterTwoSeconds() async throws {
        let image = try await boot.addImage(frame: Self.frame)
        let token = try await boot.runningStage()
        try await expect(.ok, image, token: token)
        let running = try await boot.server.store.read { try $0.deployments(limit: 1) }
        let deployment = try #require(running.first)
        _ = try await boot.server.cancel(deployment.id)
        boot.server.now.advance(by: 2)
        try await expect(.forbidden, image, token: token)
    }

    @Test(arguments: ["x", String(repeating: "A", count: 64), String(repeating: "0", count: 63), "..%2f..%2fempty"])
    func whatIsNoDigestIsRefused(text: String) async throws {
        try await boot.serve { client async throws in
            for path in ["/chunks/\(text)", "/manifests/\(text)"] {
                #expect(try await client.send(.get, path, token: "any").status == .badRequest)
            }
        }
    }

    /// Expects a status for chunk and manifest alike; what is refused is a problem for GET and has no body for HEAD.
    private func expect(
        _ status: HTTPResponse.Status, _ image: (manifest: ChunkDigest, chunk: ChunkDigest), token: String?,
        ofManifest manifestStatus: HTTPResponse.Status? = nil
    ) async throws {
        let expected = [
            (AgentRoute.chunk(image.chunk), status), (AgentRoute.manifest(image.manifest), manifestStatus ?? status),
        ]
        try await boot.serve { client async throws in
            for (path, status) in expected {
                let get = try await client.send(.get, path, token: token)
                #expect(get.status == status && get.isProblem == (status != .ok), "\(path)")
                let head = try await client.send(.head, path, token: token)
                #expect(head.status == status && head.bytes.isEmpty, "\(path)")
            }
        }
    }
}

import Crypto
import ImageFormat
import ImageStore
import Testing

struct URLImportTests {
    private func importURL(
        _ answers: [String: TestWebServer.Answer], _ path: String = "/disk", sha256: String? = nil,
        limits: ImportLimits = ImportLimits(), _ check: (Fixture, ImportedImage) async throws -> Void = { _, _ in }
    ) async throws {
        let fixture = try Fixture(limits: limits)
        let server = try await TestWebServer(answers)
        do {
            let image = try await fixture.importer.importImage(
                ImportRequest(source: .url(server.url(path)), format: .raw, sha256: sha256), signer: fixture.signer)
            try await check(fixture, image)
            try await server.stop()
        } catch {
            try await server.stop()
            #expect(try fixture.litter().isEmpty)
            #expect(try await fixture.manifests.digests().isEmpty)
            throw error
        }
        #expect(try fixture.litter().isEmpty)
    }

    @Test(arguments: [TestWebServer.Answer.body(sampleDisk), .chunked(sampleDisk)])
    func fetches(answer: TestWebServer.Answer) async throws {
        try await importURL(["/disk": answer], sha256: ChunkDigest(of: sampleDisk).description) { fixture, image in
            let disk = try await fixture.disk(image.manifest)
            #expect(disk == sampleDisk)
        }
    }

    @Test func followsRedirects() async throws {
        let answers: [String: TestWebServer.Answer] = [
            "/a": .redirect("/b/c"), "/b/c": .redirect("../disk"), "/disk": .body(sampleDisk),
        ]
        try await importURL(answers, "/a") { fixture, image in
            let disk = try await fixture.disk(image.manifest)
            #expect(disk == sampleDisk)
        }
    }

    /// T28.
    @Test(arguments: [
        (TestWebServer.Answer.status(404), "404"), (.status(500), "500"), (.redirect("/disk"), "redirects"),
        (.redirect("file:///etc/passwd"), "neither an http nor an https URL"),
        (.broken(sampleDisk, sent: 100_000), "download failed"), (.silent(length: 100), "download failed"),
        (.silent(length: 5 << 20), "larger than the limit"), (.chunked(noise(5 << 20)), "larger than the limit"),
    ])
    func refuses(answer: TestWebServer.Answer, reason: String) async throws {
        let error = await #expect(throws: ImportError.self) {
            try await importURL(
                ["/disk": answer], limits: ImportLimits(maximumSourceSize: 4 << 20, stallSeconds: 1))
        }
        #expect("\(try #require(error))".contains(reason))
    }

    @Test func endsADownloadThatTakesTooLong() async throws {
        let error = await #expect(throws: ImportError.self) {
            try await importURL(["/disk": .silent(length: 100)], limits: ImportLimits(downloadSeconds: 1))
        }
        #expect("\(try #require(error))".contains("longer than 1 seconds"))
    }

    @Test func refusesAWrongChecksum() async throws {
        let error = await #expect(throws: ImportError.self) {
            try await importURL(
                ["/disk": .body(sampleDisk)], sha256: ChunkDigest(of: [UInt8]()).description)
        }
        #expect("\(try #require(error))".contains(ChunkDigest(of: sampleDisk).description))
    }

    @Test func comparesASHA512() async throws {
        let digest = SHA512.hash(data: sampleDisk).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let fixture = try Fixture(
            downloads: DownloadPolicy(allowedRanges: [NetworkRange("127.0.0.0/8")].compactMap { $0 }))
        let server = try await TestWebServer(["/disk": .body(sampleDisk)])
        func fetch(_ sha512: String?) async throws -> ImportedImage {
            try await fixture.importer.importImage(
                ImportRequest(source: .url(server.url("/disk")), format: .raw, sha512: sha512), signer: fixture.signer)
        }
        do {
            #expect(try await fixture.disk(fetch(digest).manifest) == sampleDisk)
            // It allows http, as a SHA-256 does, and nothing else.
            for (wrong, reason) in [(String(repeating: "0", count: 128), "checksum is \(digest)"), (nil, "over http")] {
                let error = await #expect(throws: ImportError.self) { try await fetch(wrong) }
                #expect("\(try #require(error))".contains(reason))
            }
            try await server.stop()
        } catch {
            try await server.stop()
            throw error
        }
        #expect(try fixture.litter().isEmpty)
    }

    @Test(arguments: [
        "ftp://127.0.0.1/disk", "file:///etc/passwd", "http://", "nonsense", "http://user:secret@127.0.0.1/disk",
        "http://127.0.0.1:1/disk",
    ])
    func refusesTheURL(url: String) async throws {
        let fixture = try Fixture()
        await #expect(throws: ImportError.self) {
            try await fixture.importer.importImage(
                ImportRequest(source: .url(url), format: .raw), signer: fixture.signer)
        }
        #expect(try fixture.litter().isEmpty)
    }
}

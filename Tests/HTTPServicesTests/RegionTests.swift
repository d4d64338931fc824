import AccessPolicy
import Crypto
import FoundationEssentials
import HTTPServices
import HTTPTypes
import ImageFormat
import ImageStore
import Store
import Testing
import UserAPI

/// Copies between two installations.
struct RegionTests {
    let here: Installation
    let there: Installation

    init() throws {
        here = try Installation()
        there = try Installation()
    }

    private static func images(_ server: Installation) throws -> ImageInstallation {
        try ImageInstallation(
            provisioner: server.provisioner, trusted: TrustedKeys([server.key.publicKey]))
    }

    /// Two installations that know each other; `alice` has an account in both.
    private func withRegions(
        quota: Int? = nil,
        _ body:
            @Sendable (_ here: ImportAPI, _ there: ImportAPI, _ images: (ImageInstallation, ImageInstallation))
            async throws -> Void
    ) async throws {
        let images = (try Self.images(here), try Self.images(there))
        let tokens = (
            try await here.account("alice", .member).token,
            try await there.account("alice", .member, quota: quota).token
        )
        try await images.0.serveLive { api, url async throws in
            try await images.1.serveLive { other, otherURL async throws in
                let first: RegionSummary = try await api.post(
                    APIRoute.regions, RegionRequest(name: "west", url: otherURL, token: other.token))
                #expect(first.keys == [KeyID(of: there.key.publicKey)] && first.hasToken)
                let _: RegionSummary = try await other.post(
                    APIRoute.regions, RegionRequest(name: "east", url: url, token: api.token))
                let alice = api.as(tokens.0)
                let _: RegionSummary = try await alice.post(
                    APIRoute.token(atRegion: "west"), RegionTokenRequest(token: tokens.1))
                try await body(alice, other.as(tokens.1), images)
            }
        }
    }

    private static func disk(_ seed: UInt8) -> [UInt8] {
        (0..<4).flatMap { [UInt8](repeating: seed &+ UInt8($0), count: 1 << 20) }
    }

    private static func image(_ name: String, _ disk: [UInt8], by api: ImportAPI) async throws {
        let task = try await api.upload(disk, "image=\(name)&format=raw")
        let ended = try await api.end(task.id)
        guard ended.state == .done else { throw TestFailure(ended.failure ?? "") }
    }

    @Test func aCopyIsTheSameImageUnderTheOtherKey() async throws {
        try await withRegions { here, there, images async throws in
            try await Self.image("web", Self.disk(1), by: here)
            let task: TaskDetail = try await here.post(
                APIRoute.copies, CopyRequest(image: "web", region: "west", name: "www"))
            let ended = try await here.end(task.id)
            #expect(ended.state == .done && ended.report == ["west: www@1"], "\(ended.failure ?? "")")
            let original: ImageDetail = try await here.get(APIRoute.image("web"))
            let copy: ImageDetail = try await there.get(APIRoute.image("www"))
            #expect(copy.revisions.map(\.digest) == original.revisions.map(\.digest))
            #expect(copy.image.owner == "alice" && copy.image.visibility == .private)
            #expect(try await images.1.chunkCount() == 4)
            let digest = try #require(copy.revisions.first?.digest)
            let document: SignedDocument = try await there.get(APIRoute.manifest(digest))
            #expect(document.keyID == KeyID(of: self.there.key.publicKey))
            // The token that opened it is gone.
            let tokens = try await self.here.store.read { tx in
                try tx.accounts().flatMap { try tx.apiTokens(accountID: $0.id) }
            }
            #expect(tokens.allSatisfy { $0.manifest == nil })
        }
    }

    @Test func onlyMissingChunksTravel() async throws {
        try await withRegions { here, there, images async throws in
            var disk = Self.disk(1)
            try await Self.image("web", disk, by: here)
            let first: TaskDetail = try await here.post(APIRoute.copies, CopyRequest(image: "web", region: "west"))
            #expect(try await here.end(first.id).state == .done)
            disk[0] = 99
            try await Self.image("web", disk, by: here)
            // What is there already cannot be fetched any more.
            for seed in 2...4 as ClosedRange<UInt8> {
                try await images.0.remove(chunk: ChunkDigest(of: [UInt8](repeating: seed, count: 1 << 20)))
            }
            let second: TaskDetail = try await here.post(APIRoute.copies, CopyRequest(image: "web", region: "west"))
            let ended = try await here.end(second.id)
            #expect(ended.state == .done, "\(ended.failure ?? "")")
            let copy: ImageDetail = try await there.get(APIRoute.image("web"))
            #expect(copy.revisions.count == 2)
            #expect(try await images.1.chunkCount() == 5)
        }
    }

    /// Who lists the key of a known region would be sent the tickets of its images.
    @Test func aKeyBelongsToOneRegion() async throws {
        try await withRegions { here, _, _ async throws in
            let owner = try await self.here.provisioner.makeAPIToken(name: "owner")
            let admin = try await self.there.provisioner.makeAPIToken(name: "admin")
            let regions: Page<RegionSummary> = try await here.get(APIRoute.regions)
            let url = try #require(regions.items.first?.url)
            let answer = try await here.as(owner).refusal(
                .post, APIRoute.regions, RegionRequest(name: "again", url: url, token: admin))
            #expect(answer.status == .conflict && answer.text.contains("region 'west'"), "\(answer.text)")
        }
    }

    /// T30: what others hold there is fetched all the same.
    @Test func whatOthersHoldIsNotClaimed() async throws {
        try await withRegions { here, there, images async throws in
            try await Self.image("web", Self.disk(1), by: here)
            let bob = try await self.there.account("bob", .member)
            try await Self.image("secret", Self.disk(1), by: there.as(bob.token))
            let digest = try #require(
                try await self.there.store.read { try $0.revisions().first?.digest })
            let chunks = try await self.there.store.read { tx in
                try (1...4).map { ChunkDigest(of: [UInt8](repeating: UInt8($0), count: 1 << 20)) }
                    .filter { try tx.isNamed(chunk: $0, by: digest) }
            }
            #expect(chunks.count == 4)
            for chunk in chunks {
                #expect(try await there.status(.get, APIRoute.chunk(chunk)) == .notFound)
                #expect(try await there.as(bob.token).status(.get, APIRoute.chunk(chunk)) == .ok)
            }
            #expect(try await there.status(.get, APIRoute.manifest(digest)) == .notFound)
            let task: TaskDetail = try await here.post(APIRoute.copies, CopyRequest(image: "web", region: "west"))
            #expect(try await here.end(task.id).state == .done)
            #expect(try await there.status(.get, APIRoute.chunk(chunks[0])) == .ok)
        }
    }

    @Test func theQuotaOfTheTargetCounts() async throws {
        try await withRegions(quota: 0) { here, _, _ async throws in
            try await Self.image("web", Self.disk(1), by: here)
            let task: TaskDetail = try await here.post(APIRoute.copies, CopyRequest(image: "web", region: "west"))
            let ended = try await here.end(task.id)
            #expect(
                ended.state == .failed && ended.failure?.contains("its quota is 0") == true, "\(ended.failure ?? "")")
        }
    }

    @Test func whatIsNotKnownIsRefused() async throws {
        let stranger = try await here.account("eve", .member)
        try await withRegions { here, there, _ async throws in
            try await Self.image("web", Self.disk(1), by: here)
            let eve = here.as(stranger.token)
            let copy = CopyRequest(image: "alice:web", region: "west")
            // No token there, no image here, no such region.
            #expect(try await eve.refusal(.post, APIRoute.copies, copy).status == .conflict)
            #expect(
                try await here.refusal(.post, APIRoute.copies, CopyRequest(image: "none", region: "west")).status
                    == .notFound)
            #expect(
                try await here.refusal(.post, APIRoute.copies, CopyRequest(image: "web", region: "none")).status
                    == .notFound)
            #expect(
                try await here.refusal(.post, APIRoute.token(atRegion: "west"), RegionTokenRequest(token: "wrong"))
                    .status
                    == .conflict)
            // A key that no region has.
            let order = ImageImportRequest(
                name: "x", format: "chunked", source: "region:0123456789abcdef/\(ChunkDigest(of: [1]))", ticket: "t")
            #expect(try await there.refusal(.post, APIRoute.imports, order).status == .conflict)
        }
    }

    /// A chunk on a slow line is not sent to its end when the share that it was asked for by has ended.
    @Test("T30: with the leave ends a download on a slow line")
    func withTheLeaveEndsADownloadOnASlowLine() async throws {
        let (alice, bob) = (try await here.account("alice", .member), try await here.account("bob", .member))
        let images = try Self.images(here)
        var generator = SystemRandomNumberGenerator()
        let disk = (0..<(1 << 17)).flatMap { _ in withUnsafeBytes(of: generator.next() as UInt64) { Array($0) } }
        try await images.serve { api async throws in
            let (alice, receiver) = (api.as(alice.token), api.as(bob.token))
            try await Self.image("web", disk, by: alice)
            let offer: ShareDetail = try await alice.post(
                APIRoute.shares, ShareRequest(image: "web", receiver: "bob", mayCopy: true))
            let _: ShareDetail = try await receiver.patch(APIRoute.share(offer.id), ShareChange(state: .accepted))
            let chunk = APIRoute.chunk(ChunkDigest(of: disk))
            try await FaultListener.serve(images.router(), ListenerLimits(unsent: 128 << 10)) { port in
                func received(_ change: () async throws -> Void) async throws -> Int {
                    let line = try RawConnection(port: port, receiveBuffer: 4096)
                    try await line.send(
                        "GET \(chunk) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                            + "Authorization: Bearer \(bob.token)\r\n\r\n")
                    var begun: [UInt8] = []
                    for _ in 0..<5000 where begun.isEmpty {
                        begun = line.read(1024) ?? []
                        if begun.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
                    }
                    #expect(String(decoding: begun, as: UTF8.self).hasPrefix("HTTP/1.1 200 OK"))
                    try await change()
                    return try await begun.count + #require(line.readToEnd()).count
                }
                let now = self.here.now
                #expect(try await received { now.advance(by: 60) } > disk.count)
                let left = try await received {
                    let status = try await alice.status(.delete, APIRoute.share(offer.id))
                    #expect(status == .noContent)
                    now.advance(by: 60)
                }
                #expect(left < disk.count * 3 / 4, "\(left) bytes")
            }
        }
    }

    @Test func aTicketOpensOneManifestAndItsChunksOnly() async throws {
        try await withRegions { here, _, _ async throws in
            try await Self.image("web", Self.disk(1), by: here)
            try await Self.image("other", Self.disk(101), by: here)
            let (account, web, other) = try await self.here.store.read { tx in
                let account = try tx.account(named: "alice")
                let digests = try ["web", "other"].map { name in
                    try tx.image(ownerID: account?.id ?? "", name: name).flatMap {
                        try tx.revisions(imageID: $0.id).first?.digest
                    }
                }
                return (account, digests[0], digests[1])
            }
            let (owner, manifest, strange) = (try #require(account), try #require(web), try #require(other))
            let secret = BearerSecret()
            try await self.here.store.write { [now = self.here.now.value] in
                try $0.insert(
                    APITokenRecord(
                        id: "t-ticket", hash: secret.hash, accountID: owner.id, name: "copy", createdAt: now,
                        expiresAt: now + 60, manifest: manifest))
            }
            let ticket = here.as(secret.text)
            #expect(try await ticket.status(.get, APIRoute.manifest(manifest)) == .ok)
            #expect(try await ticket.status(.get, APIRoute.manifest(strange)) == .notFound)
            let own = ChunkDigest(of: [UInt8](repeating: 1, count: 1 << 20))
            let foreign = ChunkDigest(of: [UInt8](repeating: 101, count: 1 << 20))
            #expect(try await ticket.status(.get, APIRoute.chunk(own)) == .ok)
            #expect(try await ticket.status(.get, APIRoute.chunk(foreign)) == .notFound)
            for operation in [APIRoute.images, APIRoute.ownAccount, APIRoute.hosts, APIRoute.tasks] {
                #expect(try await ticket.status(.get, operation) == .forbidden)
            }
            #expect(try await ticket.refusal(.post, APIRoute.tokens, APITokenRequest(name: "x")).status == .forbidden)
            self.here.now.advance(by: 60)
            #expect(try await ticket.status(.get, APIRoute.manifest(manifest)) == .unauthorized)
        }
    }
}

import AccessPolicy
import HTTPServices
import HTTPTypes
import ImageFormat
import Store
import Testing
import UserAPI

/// What accounts use, as the meter writes it.
struct UsageTests {
    let server: Installation
    let meter: Meter

    init() throws {
        server = try Installation()
        meter = Self.meter(server)
    }

    private static func meter(_ server: Installation) -> Meter {
        let clock = server.now
        return Meter(
            store: server.store, wall: { clock.value }, uptime: { clock.value }, log: Installation.log)
    }

    /// An image whose revision has these chunks, each of a million bytes.
    private func image(_ name: String, owner: String, chunks: [UInt8], at: Int64) async throws {
        let digests = chunks.map { ChunkDigest(of: [$0]) }
        let manifest = Manifest(
            diskSize: UInt64(chunks.count) << 20, sectorSize: 512, chunks: digests,
            partitionTable: PartitionTable(label: "gpt", diskGUID: "", partitions: []), os: OSFacts(),
            firmware: ["bios"])
        let digest = ChunkDigest(of: Array(try manifest.encoded()))
        try await server.store.index(
            manifest: digest, chunks: digests.map { IndexedChunk(digest: $0, storedSize: 1_000_000) }, now: at)
        try await server.store.write { tx in
            try tx.save(Image(id: "im-\(name)", ownerID: owner, name: name, createdAt: at))
            _ = try tx.addRevision(imageID: "im-\(name)", digest: digest, manifest: manifest, now: at)
        }
    }

    /// Megabyte-hours of each image.
    private func hours(of account: String, _ meter: Meter? = nil) async throws -> [String: Double] {
        let usage = UsageDesk(provisioner: server.provisioner, meter: meter ?? self.meter) {
            StoragePrice(perGigabyteMonth: 730, currency: "EUR")
        }
        let report = try await usage.report(
            from: "2020-01-01", to: "2030-01-01", of: account, askedBy: Installation.administrator)
        return Dictionary(uniqueKeysWithValues: report.images.map { ($0.image, ($0.gigabyteHours * 1000).rounded()) })
    }

    @Test func anImageCountsFromItsRevisionToItsRemoval() async throws {
        let alice = try await server.account("alice", .member).id
        try await meter.tick()
        try await image("web", owner: alice, chunks: [1, 2, 3], at: 0)
        try await meter.tick()
        server.now.advance(by: 3600)
        #expect(try await hours(of: "alice") == ["web": 3])
        try await server.store.write { try $0.removeImage(id: "im-web") }
        try await meter.tick()
        server.now.advance(by: 36000)
        #expect(try await hours(of: "alice") == ["web": 3])
    }

    @Test func aChunkCountsOnceInAnAccountAndAgainInAnother() async throws {
        let alice = try await server.account("alice", .member).id
        let bob = try await server.account("bob", .member).id
        try await image("first", owner: alice, chunks: [1, 2, 3], at: 1)
        try await image("second", owner: alice, chunks: [2, 3, 4], at: 2)
        try await image("other", owner: bob, chunks: [1, 2, 3], at: 3)
        try await meter.tick()
        server.now.advance(by: 3600)
        #expect(try await hours(of: "alice") == ["first": 3, "second": 1])
        // What others hold changes nothing.
        #expect(try await hours(of: "bob") == ["other": 3])
        // What the first one held is the second one's from now on.
        try await server.store.write { try $0.removeImage(id: "im-first") }
        try await meter.tick()
        server.now.advance(by: 3600)
        #expect(try await hours(of: "alice") == ["first": 3, "second": 4])
    }

    @Test func publicImagesAreFree() async throws {
        try await image("debian", owner: Account.firstID, chunks: [1, 2], at: 0)
        try await meter.tick()
        server.now.advance(by: 3600)
        try await server.store.write { tx in
            guard var image = try tx.image(id: "im-debian") else { throw TestFailure("no image") }
            image.visibility = .public
            try tx.save(image)
        }
        try await meter.tick()
        server.now.advance(by: 3600)
        #expect(try await hours(of: "administrator") == ["debian": 2])
    }

    @Test func theNewOwnerPaysFromTheDayItIsTheirs() async throws {
        let alice = try await server.account("alice", .member).id
        let bob = try await server.account("bob", .member).id
        try await image("web", owner: alice, chunks: [1], at: 0)
        try await meter.tick()
        server.now.advance(by: 3600)
        try await server.store.write { tx in
            guard var image = try tx.image(id: "im-web") else { throw TestFailure("no image") }
            image.ownerID = bob
            try tx.save(image)
        }
        try await meter.tick()
        server.now.advance(by: 7200)
        #expect(try await hours(of: "alice") == ["web": 1])
        #expect(try await hours(of: "bob") == ["web": 2])
    }

    @Test func aServerThatWasDownCountsOn() async throws {
        let alice = try await server.account("alice", .member).id
        try await image("web", owner: alice, chunks: [1], at: 0)
        try await meter.tick()
        server.now.advance(by: 3600)
        try await meter.tick()
        // It is killed: nothing was written of this removal but the removal itself.
        try await server.store.write { try $0.removeImage(id: "im-web") }
        try await image("new", owner: alice, chunks: [2, 3], at: 0)
        server.now.advance(by: 7200)
        let next = Self.meter(server)
        try await next.tick()
        server.now.advance(by: 3600)
        // The removal is known from the start on.
        #expect(try await hours(of: "alice", next) == ["web": 3, "new": 2])
    }

    @Test func onlyAnAdministratorSeesWhatOthersUse() async throws {
        let alice = try await server.account("alice", .member)
        _ = try await server.account("bob", .member)
        let images = try ImageInstallation(provisioner: server.provisioner)
        try await images.serve { api async throws in
            let bobs = APIRoute.usage(from: nil, to: nil, account: "bob", format: "json")
            #expect(try await api.as(alice.token).status(.get, bobs) == .forbidden)
            let seen: UsageDetail = try await api.get(bobs)
            #expect(seen.account == "bob" && seen.gigabyteHours == 0)
            let own: UsageDetail = try await api.as(alice.token).get(APIRoute.usage)
            #expect(own.account == "alice" && own.from == "2023-11-01" && own.to == "2023-11-14")
        }
    }

    @Test(arguments: [
        ("from=yesterday", HTTPResponse.Status.badRequest), ("to=2026-13-01", .badRequest), ("format=xml", .badRequest),
        ("form=json", .badRequest), ("from=2026-02-02&to=2026-02-01", .unprocessableContent),
    ])
    func refusesAPeriod(query: String, status: HTTPResponse.Status) async throws {
        let images = try ImageInstallation(provisioner: server.provisioner)
        try await images.serve { api async throws in
            #expect(try await api.status(.get, "\(APIRoute.usage)?\(query)") == status)
        }
    }
}

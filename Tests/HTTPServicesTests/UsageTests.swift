import AccessPolicy
import HTTPServices
import HTTPTypes
import ImageFormat
import Logging
import Provisioning
import Store
import Synchronization
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
        let report = try await usage(of: account, meter)
        return Dictionary(uniqueKeysWithValues: report.images.map { ($0.image, ($0.gigabyteHours * 1000).rounded()) })
    }

    private func usage(of account: String, _ meter: Meter? = nil) async throws -> UsageDetail {
        let usage = UsageDesk(provisioner: server.provisioner, meter: meter ?? self.meter) {
            StoragePrice(perGigabyteMonth: 730, currency: "EUR")
        }
        return try await usage.report(
            from: "2020-01-01", to: "2030-01-01", of: account, askedBy: Installation.administrator)
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

    @Test func aChangeCountsOnceHoweverManyAskAtOnce() async throws {
        let alice = try await server.account("alice", .member).id
        try await meter.tick()
        try await image("web", owner: alice, chunks: [1, 2, 3], at: 0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 { group.addTask { _ = try await self.hours(of: "alice") } }
            try await group.waitForAll()
        }
        server.now.advance(by: 3600)
        #expect(try await hours(of: "alice") == ["web": 3])
    }

    @Test func aMachinesClockThatIsWrongForAnHourDoesNotHideTheRest() async throws {
        let (uptime, wall) = (server.now, ManualClock())
        let meter = Meter(
            store: server.store, wall: { wall.value }, uptime: { uptime.value }, log: Installation.log)
        /// An hour goes by, and then the machine's clock is set.
        func anHour(thenSetBy seconds: Int64) async throws {
            uptime.advance(by: 3600)
            wall.advance(by: 3600 + seconds)
            try await meter.tick()
        }
        let alice = try await server.account("alice", .member).id
        try await image("web", owner: alice, chunks: [1], at: 0)
        try await meter.tick()
        // To 2036 and back.
        try await anHour(thenSetBy: 400_000_000)
        try await anHour(thenSetBy: -400_000_000)
        try await anHour(thenSetBy: 0)
        #expect(try await hours(of: "alice", meter) == ["web": 2])
    }

    @Test func aVeryLongAbsenceCountsAsAMonthAndIsLogged() async throws {
        let alice = try await server.account("alice", .member).id
        try await image("web", owner: alice, chunks: [1], at: 0)
        try await meter.tick()
        server.now.advance(by: 100 * 86400)
        let (clock, log) = (server.now, KeptLog())
        let next = Meter(
            store: server.store, wall: { clock.value }, uptime: { clock.value },
            log: Logger(label: "test") { _ in KeepingLogHandler(kept: log) })
        #expect(try await hours(of: "alice", next) == ["web": 31 * 24])
        #expect(log.lines.count == 1)
        #expect(log.lines.first?.contains("100 days") == true)
    }

    @Test func whatARemovedAccountUsedIsToldByItsID() async throws {
        let alice = try await server.account("alice", .member).id
        try await image("web", owner: alice, chunks: [1], at: 0)
        try await meter.tick()
        server.now.advance(by: 3600)
        try await server.store.write { tx in
            try tx.removeImage(id: "im-web")
            try tx.removeAccount(id: alice)
        }
        #expect(try await hours(of: alice) == ["web": 1])
        #expect(try await usage(of: alice).account == alice)
        await #expect(throws: ProvisioningError.self) { try await usage(of: "alice") }
    }

    @Test func whatCouldNotBeWrittenIsWrittenLater() async throws {
        let alice = try await server.account("alice", .member).id
        try await image("web", owner: alice, chunks: [1], at: 0)
        try await server.sql(
            "CREATE TRIGGER no_room BEFORE INSERT ON usage_segments BEGIN SELECT RAISE(ABORT, 'no room'); END")
        await #expect(throws: (any Error).self) { try await meter.tick() }
        try await server.sql("DROP TRIGGER no_room")
        try await meter.tick()
        server.now.advance(by: 3600)
        #expect(try await hours(of: "alice") == ["web": 1])
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

/// The lines that were logged.
private final class KeptLog: Sendable {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }

    func add(_ line: String) { kept.withLock { $0.append(line) } }
}

private struct KeepingLogHandler: LogHandler {
    let kept: KeptLog
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { kept.add("\(event.message)") }
}

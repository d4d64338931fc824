import FoundationEssentials
import GRDB
import LeasePolicy
import Provisioning
import Store
import Testing

/// What a store does with what it finds at its path.
struct OpeningTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test(arguments: [false, true])
    func makesEveryTableInAnEmptyDatabase(fileExists: Bool) async throws {
        if fileExists { #expect(FileManager.default.createFile(atPath: scratch.database, contents: nil)) }
        let store = try scratch.store()
        let tables = try await scratch.strings("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        #expect(
            tables == [
                "account_tokens", "accounts", "audit", "boot_events", "boot_timelines", "boot_tokens", "credentials",
                "deployment_log",
                "deployments", "grdb_migrations", "host_macs", "host_parking", "hosts", "idempotency", "image_shares",
                "images", "leases", "manifest_chunks", "manifests", "meter", "meter_marks", "placements",
                "received_chunks", "region_tokens", "regions", "reservations", "revision_examinations", "revisions",
                "sessions", "stored_chunks", "tasks", "uploads", "usage_changes", "usage_segments",
            ])
        let hosts = try await store.read { try $0.hosts() }
        #expect(hosts.isEmpty)
    }

    @Test func findsEverythingAgainAfterItWasClosed() async throws {
        let first = try scratch.store()
        let host = Fixture.host("h-1", macs: [1, 2], inventory: Fixture.inventory)
        let deployment = Fixture.deployment("d-1")
        try await first.write { tx in
            try tx.save(host)
            try tx.insert(deployment, settings: "{}")
        }
        try await first.commit([.put(Fixture.lease(7))])
        try first.close()

        let second = try scratch.store()
        let hosts = try await second.read { try $0.hosts() }
        let deployments = try await second.read { try $0.deployments(limit: 10) }
        let leases = try await second.read { try $0.leases() }
        #expect(hosts == [host])
        #expect(deployments == [deployment])
        #expect(leases == [Fixture.lease(7)])
    }

    @Test func migratesADatabaseOnlyOnce() async throws {
        for _ in 1...3 { try scratch.store().close() }
        let migrations = try await scratch.strings("SELECT identifier FROM grdb_migrations")
        #expect(
            migrations == [
                "1 main job", "2 boot timeline", "3 reservations", "4 host parking", "5 placements", "6 lease columns",
                "7 accounts", "8 chunk index", "9 usage", "10 tasks", "11 audit", "12 credentials", "13 regions",
                "14 examinations", "15 usage marks",
            ])
    }

    @Test func refusesTheSchemaOfANewerVersionAndLeavesItAlone() async throws {
        let store = try scratch.store()
        try await store.write { try $0.save(Fixture.host("h-1")) }
        try store.close()
        try await scratch.execute("INSERT INTO grdb_migrations (identifier) VALUES ('99 of a later version')")
        let error = #expect(throws: StoreError.self) { try scratch.store() }
        #expect(error?.description.contains("newer version") == true)
        #expect(try await scratch.strings("SELECT id FROM hosts") == ["h-1"])
    }

    @Test func refusesAFileThatIsNoDatabase() throws {
        let content = Data(Array("This is a letter to a friend. ".utf8) + [UInt8](repeating: 0x2E, count: 8192))
        try content.write(to: URL(filePath: scratch.database))
        let error = #expect(throws: DatabaseError.self) { try scratch.store() }
        #expect(error?.resultCode == .SQLITE_NOTADB)
        #expect(try Data(contentsOf: URL(filePath: scratch.database)) == content)
    }

    @Test func refusesAPathWhoseDirectoryIsMissing() throws {
        let error = #expect(throws: DatabaseError.self) { try Store(path: scratch.path + "/missing/ingot.sqlite") }
        #expect(error?.resultCode == .SQLITE_CANTOPEN)
    }

    @Test func aBackupIsAWholeDatabaseAsItWasThen() async throws {
        let store = try scratch.store()
        let copy = scratch.path + "/copy.sqlite"
        try await store.write { try $0.save(Fixture.host("h-1", macs: [1])) }
        try await store.backup(to: copy)
        try await store.write { try $0.save(Fixture.host("h-2", macs: [2])) }

        let restored = try Store(path: copy)
        let hosts = try await restored.read { try $0.hosts() }
        #expect(hosts == [Fixture.host("h-1", macs: [1])])
        try await restored.write { try $0.save(Fixture.host("h-3", macs: [2])) }
    }

    @Test func aBackupNeverGoesOverAFileThatExists() async throws {
        let store = try scratch.store()
        let copy = scratch.path + "/copy"
        try Data("precious".utf8).write(to: URL(filePath: copy))
        await #expect(throws: DatabaseError.self) { try await store.backup(to: copy) }
        #expect(try Data(contentsOf: URL(filePath: copy)) == Data("precious".utf8))
    }

    @Test func aClosedStoreTakesNothingMore() async throws {
        let store = try scratch.store()
        try store.close()
        await #expect(throws: DatabaseError.self) { try await store.write { try $0.save(Fixture.host("h-1")) } }
        await #expect(throws: DatabaseError.self) { try await store.read { try $0.hosts() } }
    }
}

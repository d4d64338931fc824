import Foundation
import GRDB
import Glibc
import LeasePolicy
import NetworkTypes
import Store
import Testing

struct LeaseTests {
    private let scratch: Scratch
    private let store: Store

    init() throws {
        scratch = try Scratch()
        store = try scratch.store()
    }

    /// What a store holds, by address.
    private func leases(_ store: Store) async throws -> [Lease] {
        let leases = try await store.read { try $0.leases() }
        return leases.sorted { $0.address < $1.address }
    }

    @Test func keepsEveryFieldOfALease() async throws {
        let named = Fixture.lease(1, hostName: "größe'1", expiresAt: .max)
        let nameless = Fixture.lease(2, expiresAt: -1)
        try await store.commit([.put(named), .put(nameless)])
        #expect(try await leases(store) == [named, nameless])
    }

    @Test func writesChangesInTheirOrder() async throws {
        try await store.commit([.put(Fixture.lease(1)), .put(Fixture.lease(2)), .put(Fixture.lease(3))])
        let renewed = Fixture.lease(1, expiresAt: 900)
        try await store.commit([
            .put(renewed), .remove(IPv4Address(10, 0, 0, 2)), .remove(IPv4Address(10, 0, 0, 3)),
            .put(Fixture.lease(3)), .put(Fixture.lease(4)), .remove(IPv4Address(10, 0, 0, 4)),
            .remove(IPv4Address(10, 0, 0, 5)),
        ])
        #expect(try await leases(store) == [renewed, Fixture.lease(3)])
    }

    @Test func aDatabaseWithLeasesAsDocumentsKeepsThem() async throws {
        let old = [Fixture.lease(1, hostName: "größe'1", expiresAt: .max), Fixture.lease(2)]
        try store.close()
        try await scratch.execute("DROP TABLE leases")
        try await scratch.execute("CREATE TABLE leases (address TEXT PRIMARY KEY NOT NULL, document TEXT NOT NULL)")
        for lease in old {
            let document = String(decoding: try JSONEncoder().encode(lease), as: UTF8.self)
            let text = document.replacingOccurrences(of: "'", with: "''")
            try await scratch.execute("INSERT INTO leases VALUES ('\(lease.address)', '\(text)')")
        }
        try await scratch.execute("DELETE FROM grdb_migrations WHERE identifier = '6 lease columns'")
        #expect(try await leases(try scratch.store()) == old)
    }

    @Test func aCommitWithoutChangesIsNothing() async throws {
        try await store.commit([])
        #expect(try await leases(store) == [])
    }

    @Test func aCommitThatFailsHalfwayWritesNothing() async throws {
        try await store.commit([.put(Fixture.lease(1))])
        try await scratch.execute(
            """
            CREATE TRIGGER refusal BEFORE INSERT ON leases WHEN NEW.address = \(0x0A00_0003)
            BEGIN SELECT RAISE(ABORT, 'not this one'); END
            """)
        let error = await #expect(throws: DatabaseError.self) {
            try await store.commit([
                .put(Fixture.lease(2)), .remove(IPv4Address(10, 0, 0, 1)), .put(Fixture.lease(3)),
            ])
        }
        #expect(error?.resultCode == .SQLITE_CONSTRAINT)
        #expect(try await leases(store) == [Fixture.lease(1)])
        try await store.commit([.put(Fixture.lease(2))])
        #expect(try await leases(store) == [Fixture.lease(1), Fixture.lease(2)])
    }

    /// A commit for which there is no room has not happened, and nothing else is in doubt.
    @Test func aFullDiskCostsTheCommitAlone() async throws {
        let disk = try SmallFileSystem()
        let store = try Store(path: disk.path + "/ingot.sqlite")
        try await store.commit([.put(Fixture.lease(1))])
        try disk.fill()
        let error = await #expect(throws: DatabaseError.self) { try await store.commit([.put(Fixture.lease(2))]) }
        #expect(error?.resultCode == .SQLITE_FULL)
        #expect(try await leases(store) == [Fixture.lease(1)])
        try disk.free()
        try await store.commit([.put(Fixture.lease(3))])
        #expect(try await leases(store) == [Fixture.lease(1), Fixture.lease(3)])
        try store.close()
    }

    /// A medium that fails leaves unknown what it holds.
    @Test func aMediumThatFailsEndsTrustInIt() async throws {
        try await store.commit([.put(Fixture.lease(1))])
        // After the commit of another connection the store has to read the log, which has just lost its content.
        let other = try scratch.store()
        try await other.commit([.put(Fixture.lease(2))])
        #expect(truncate(scratch.database + "-wal", 0) == 0)
        for number in [3, 4] as [UInt8] {
            let error = await #expect(throws: LeaseDurabilityLost.self) {
                try await store.commit([.put(Fixture.lease(number))])
            }
            #expect(error?.description.contains("disk I/O error") == true)
        }
    }

    /// It says so once: what is written afterwards may stand behind a gap.
    @Test func aMediumThatFailedAnyWriteIsTrustedWithNoLease() async throws {
        try await store.commit([.put(Fixture.lease(1))])
        let other = try scratch.store()
        try await other.commit([.put(Fixture.lease(2))])
        let log = URL(filePath: scratch.database + "-wal")
        let content = try Data(contentsOf: log)
        #expect(truncate(log.path, 0) == 0)
        let error = await #expect(throws: DatabaseError.self) { try await write() }
        #expect(error?.resultCode == .SQLITE_IOERR)
        try content.write(to: log)
        try await write()
        await #expect(throws: LeaseDurabilityLost.self) { try await store.commit([.put(Fixture.lease(3))]) }
        #expect(try await leases(store) == [Fixture.lease(1), Fixture.lease(2)])
    }

    /// Writes something that is no lease.
    private func write() async throws {
        try await store.write { try $0.save(Fixture.host("h-1")) }
    }
}

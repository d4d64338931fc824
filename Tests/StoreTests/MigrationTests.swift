import AccessPolicy
import Foundation
import ImageFormat
import Metering
import Provisioning
import Store
import Testing

/// What becomes of the databases of older versions.
struct MigrationTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func open(_ version: String) async throws -> Store {
        let url = try #require(Bundle.module.url(forResource: version, withExtension: "sql", subdirectory: "Fixtures"))
        try await scratch.execute(String(contentsOf: url, encoding: .utf8))
        return try scratch.store()
    }

    @Test func whatThereWasBelongsToTheAdministrator() async throws {
        let store = try await open("version-6")
        let images = try await store.read { try $0.images() }
        #expect(images.map(\.name) == ["debian-12", "web"])
        #expect(images.allSatisfy { $0.ownerID == Account.firstID && $0.visibility == .private })
        #expect(images.map(\.createdAt) == [1_700_000_100, 1_700_000_200])
        let debian = try #require(images.first)
        let revisions = try await store.read { tx in try images.map { try tx.revisions(imageID: $0.id) } }
        #expect(revisions.map { $0.map(\.number) } == [[1], [2]])
        #expect(revisions.first?.first?.diskSize == 3 << 20)
        #expect(revisions.first?.first?.os.id == "debian")
        #expect(revisions.last?.first?.sectorSize == 4096)

        let deployments = try await store.read { try $0.deployments(accountID: Account.firstID, limit: 10) }
        #expect(deployments.map(\.id) == ["d-2", "d-1"])
        #expect(deployments.last?.imageID == debian.id)
        #expect(deployments.first?.imageName == "gone")
        let log = try await store.read { try $0.log(deploymentID: "d-1", after: 0, limit: 9).map(\.line) }
        #expect(log == ["ordered"])
    }

    @Test func theAdministratorsTokenStaysValid() async throws {
        let store = try await open("version-6")
        let hash = String(repeating: "0123456789abcdef", count: 4)
        let token = try #require(try await store.read { try $0.apiToken(hash: hash) })
        #expect(token.accountID == Account.firstID)
        #expect(token.name == "administrator")
        #expect(token.expiresAt == nil)
        let account = try await store.read { try $0.account(id: Account.firstID) }
        #expect(account?.createdAt == 1_700_000_000)
        #expect(account?.isEnabled == true)
    }

    @Test func anImageThatWasMeteredTwiceCountsOnce() async throws {
        try scratch.store().close()
        try await scratch.execute(
            """
            DELETE FROM grdb_migrations WHERE identifier = '15 usage marks';
            DROP INDEX open_usage_segments;
            DROP TABLE meter_marks;
            CREATE TABLE meter_days (day BIGINT PRIMARY KEY, start BIGINT NOT NULL);
            INSERT INTO meter_days (day, start) VALUES (10, 0), (11, 60), (12, 60), (13, 90);
            INSERT INTO usage_segments (account_id, image_id, image_name, bytes, begins, ends) VALUES
                ('a-1', 'im-1', 'web', 5, 0, 7), ('a-1', 'im-1', 'web', 6, 7, NULL),
                ('a-1', 'im-1', 'web', 6, 8, NULL), ('a-1', 'im-2', 'db', 6, 8, NULL),
                ('a-2', 'im-1', 'web', 6, 8, NULL);
            """)
        let store = try scratch.store()
        let marks = try await store.read { try $0.meterMarks() }
        #expect(marks == [.init(day: 10, start: 0), .init(day: 12, start: 60), .init(day: 13, start: 90)])
        let segments = try await store.read { try $0.usageSegments(accountID: "a-1", endingAfter: 0) }
        #expect(segments.map(\.imageID) == ["im-1", "im-1", "im-2"])
        #expect(segments.map(\.begins) == [0, 7, 8])
        #expect(try await store.read { try $0.hasUsage(accountID: "a-2") })
    }

    @Test func nothingOfTheOldTablesIsLeft() async throws {
        _ = try await open("version-6")
        let tables = try await scratch.strings("SELECT name FROM sqlite_master WHERE name LIKE 'old%'")
        #expect(tables.isEmpty)
        #expect(try await scratch.strings("PRAGMA foreign_key_check").isEmpty)
    }
}

import AccessPolicy
import Foundation
import ImageFormat
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

    @Test func nothingOfTheOldTablesIsLeft() async throws {
        _ = try await open("version-6")
        let tables = try await scratch.strings("SELECT name FROM sqlite_master WHERE name LIKE 'old%'")
        #expect(tables.isEmpty)
        #expect(try await scratch.strings("PRAGMA foreign_key_check").isEmpty)
    }
}

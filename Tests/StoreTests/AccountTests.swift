import AccessPolicy
import GRDB
import ImageFormat
import Store
import Testing
import UserAPI

struct AccountTests {
    private let scratch: Scratch
    private let store: Store

    init() throws {
        scratch = try Scratch()
        store = try scratch.store()
    }

    private static func account(_ name: String) -> Account {
        Account(id: "a-\(name)", name: name, role: .member, imageQuota: 3, createdAt: 7)
    }

    private static func token(_ id: String, of account: String) -> APITokenRecord {
        APITokenRecord(
            id: id, hash: "hash of \(id)", accountID: account, name: "laptop", createdAt: 1, expiresAt: 9)
    }

    @Test func everyInstallationHasAnAdministrator() async throws {
        let accounts = try await store.read { try $0.accounts() }
        #expect(accounts.map(\.id) == [Account.firstID])
        #expect(accounts.map(\.role) == [.administrator])
        #expect(accounts.map(\.imageQuota) == [50])
    }

    @Test func findsAnAccountByItsIDAndItsName() async throws {
        let alice = Self.account("alice")
        try await store.write { try $0.save(alice) }
        let found = try await store.read {
            [try $0.account(matching: "alice"), try $0.account(matching: "a-alice"), try $0.account(matching: "bob")]
        }
        #expect(found == [alice, alice, nil])
    }

    @Test func twoAccountsNeverHaveOneName() async throws {
        let error = await #expect(throws: DatabaseError.self) {
            try await store.write { tx in
                try tx.save(Self.account("alice"))
                try tx.save(Account(id: "a-2", name: "alice", role: .viewer, createdAt: 0))
            }
        }
        #expect(error?.resultCode == .SQLITE_CONSTRAINT)
    }

    @Test func anAccountGoesWithItsTokens() async throws {
        try await store.write { tx in
            try tx.save(Self.account("alice"))
            try tx.save(Self.account("bob"))
            try tx.insert(Self.token("t-1", of: "a-alice"))
            try tx.insert(Self.token("t-2", of: "a-bob"))
        }
        let before = try await store.read { try $0.apiToken(hash: "hash of t-1") }
        #expect(before == Self.token("t-1", of: "a-alice"))
        try await store.write { try $0.removeAccount(id: "a-alice") }
        let after = try await store.read { [try $0.apiToken(id: "t-1"), try $0.apiToken(id: "t-2")] }
        #expect(after == [nil, Self.token("t-2", of: "a-bob")])
    }

    @Test func anAccountWithImagesStays() async throws {
        try await store.write { tx in
            try tx.save(Self.account("alice"))
            try tx.save(Image(id: "im-1", ownerID: "a-alice", name: "web", createdAt: 0))
        }
        await #expect(throws: DatabaseError.self) { try await store.write { try $0.removeAccount(id: "a-alice") } }
        #expect(try await store.read { try $0.account(id: "a-alice") } != nil)
    }

    @Test func anOwnerHasOneImageOfAName() async throws {
        try await store.write { tx in
            try tx.save(Self.account("alice"))
            try tx.save(Image(id: "im-1", ownerID: "a-alice", name: "web", createdAt: 0))
            try tx.save(Image(id: "im-2", ownerID: Account.firstID, name: "web", createdAt: 0))
        }
        await #expect(throws: DatabaseError.self) {
            try await store.write { try $0.save(Image(id: "im-3", ownerID: "a-alice", name: "web", createdAt: 0)) }
        }
    }

    @Test func thereIsOnePublicImageOfAName() async throws {
        try await store.write { tx in
            try tx.save(Self.account("alice"))
            try tx.save(
                Image(id: "im-1", ownerID: "a-alice", name: "web", visibility: .public, createdAt: 0))
        }
        await #expect(throws: DatabaseError.self) {
            try await store.write {
                try $0.save(
                    Image(id: "im-2", ownerID: Account.firstID, name: "web", visibility: .public, createdAt: 0))
            }
        }
        #expect(try await store.read { try $0.publicImage(named: "web")?.id } == "im-1")
    }

    @Test func sharesGoWithTheImageAndWithTheReceiver() async throws {
        try await store.write { tx in
            for name in ["alice", "bob", "eve"] { try tx.save(Self.account(name)) }
            for (image, owner) in [("im-1", "a-alice"), ("im-2", "a-alice"), ("im-3", "a-bob")] {
                try tx.save(Image(id: image, ownerID: owner, name: image, createdAt: 0))
            }
            for (id, image, receiver) in [
                ("s-1", "im-1", "a-bob"), ("s-2", "im-2", "a-bob"), ("s-3", "im-3", "a-eve"),
            ] {
                try tx.save(
                    ImageShare(
                        id: id, imageID: image, receiverID: receiver, mayCopy: true, expiresAt: nil, createdAt: 0))
            }
        }
        let given = try await store.read { try $0.shares(ownerID: "a-alice").map(\.id) }
        #expect(given == ["s-1", "s-2"])
        try await store.write { try $0.removeImage(id: "im-1") }
        let received = try await store.read { try $0.shares(receiverID: "a-bob").map(\.id) }
        #expect(received == ["s-2"])
        try await store.write { try $0.removeAccount(id: "a-eve") }
        #expect(try await scratch.strings("SELECT id FROM image_shares") == ["s-2"])
    }

    @Test func countsTheImagesThatAreBeingMadeForTheQuota() async throws {
        try await store.write { tx in
            try tx.save(Self.account("alice"))
            try tx.save(Image(id: "im-1", ownerID: "a-alice", name: "a", createdAt: 0))
            try tx.save(Image(id: "im-2", ownerID: "a-alice", name: "b", visibility: .public, createdAt: 0))
            try tx.save(Image(id: "im-3", ownerID: "a-alice", name: "c", createdAt: 0))
            _ = try tx.addRevision(
                imageID: "im-3", digest: ChunkDigest(of: [1]), manifest: Fixture.manifest, now: 0)
        }
        #expect(try await store.read { try $0.privateImageCount(ownerID: "a-alice") } == 2)
        #expect(try await store.write { try $0.removeImageWithoutRevisions(id: "im-3") } == false)
        #expect(try await store.write { try $0.removeImageWithoutRevisions(id: "im-1") })
        #expect(try await store.read { try $0.images().map(\.id) } == ["im-2", "im-3"])
    }
}

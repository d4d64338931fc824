import GRDB
import NetworkTypes
import Provisioning
import Store
import Testing

struct HostTests {
    private let scratch: Scratch
    private let store: Store

    init() throws {
        scratch = try Scratch()
        store = try scratch.store()
    }

    private func save(_ hosts: Host...) async throws {
        try await store.write { tx in
            for host in hosts { try tx.save(host) }
        }
    }

    /// The id of the host that `find` finds.
    private func id(_ find: @Sendable @escaping (StoreTransaction) throws -> Host?) async throws -> String? {
        try await store.read(find)?.id
    }

    @Test func keepsAllThatIsKnownOfAHost() async throws {
        let uuid = try #require(SystemUUID("4c4c4544-0042-3510-8052-b4c04f503332"))
        let host = Fixture.host("h-1", uuid: uuid, macs: [1, 2, 3], inventory: Fixture.inventory)
        try await save(host)
        let found = try await store.read { try $0.host(id: "h-1") }
        #expect(found == host)
        let missing = try await store.read { try $0.host(id: "h-2") }
        #expect(missing == nil)
    }

    @Test func replacesAHostThatIsSavedAgain() async throws {
        try await save(Fixture.host("h-1", name: "old", macs: [1, 2]), Fixture.host("h-2", macs: [9]))
        let changed = Fixture.host("h-1", name: "new", macs: [2, 3], inventory: Fixture.inventory)
        try await save(changed)
        let found = try await store.read { try $0.host(named: "new") }
        #expect(found == changed)
        #expect(try await id { try $0.host(named: "old") } == nil)
        #expect(try await id { try $0.host(mac: Fixture.mac(1)) } == nil)
        #expect(try await id { try $0.host(mac: Fixture.mac(3)) } == "h-1")
    }

    @Test(arguments: [1, 2, 3] as [UInt8])
    func findsAHostByEachOfItsMACs(number: UInt8) async throws {
        try await save(Fixture.host("h-1", macs: [1, 2, 3]), Fixture.host("h-2", macs: [4]))
        #expect(try await id { try $0.host(mac: Fixture.mac(number)) } == "h-1")
        #expect(try await id { try $0.host(mac: Fixture.mac(number + 4)) } == nil)
    }

    @Test(arguments: [false, true], [false, true])
    func findsAHostByItsUUIDInEitherByteOrder(isStoredSwapped: Bool, isAskedSwapped: Bool) async throws {
        let uuid = try #require(SystemUUID("4c4c4544-0042-3510-8052-b4c04f503332"))
        let other = try #require(SystemUUID("4c4c4544-0042-3510-8052-b4c04f503333"))
        try await save(
            Fixture.host("h-1", uuid: isStoredSwapped ? uuid.swapped : uuid), Fixture.host("h-2", uuid: nil))
        let asked = isAskedSwapped ? uuid.swapped : uuid
        #expect(try await id { try $0.host(systemUUID: asked) } == "h-1")
        #expect(try await id { try $0.host(systemUUID: other) } == nil)
    }

    @Test(arguments: ["h-1", "db1", "52:54:00:00:00:ab", "52-54-00-00-00-AB"])
    func findsTheHostThatAPersonMeans(text: String) async throws {
        try await save(Fixture.host("h-1", name: "db1", macs: [0xAB]), Fixture.host("h-2", name: "db2", macs: [2]))
        #expect(try await id { try $0.host(matching: text) } == "h-1")
    }

    @Test(arguments: ["", "h-3", "db", "52:54:00:00:00:09"])
    func findsNobodyByATextThatFitsNoHost(text: String) async throws {
        try await save(Fixture.host("h-1", name: "db1", macs: [0xAB]))
        #expect(try await id { try $0.host(matching: text) } == nil)
    }

    @Test func listsHostsByName() async throws {
        try await save(
            Fixture.host("h-1", name: "c"), Fixture.host("h-2", name: "a"), Fixture.host("h-3", name: "b"))
        let names = try await store.read { try $0.hosts().map(\.name) }
        #expect(names == ["a", "b", "c"])
    }

    @Test func refusesASecondHostOfTheSameName() async throws {
        try await save(Fixture.host("h-1", name: "db1", macs: [1]))
        let error = await #expect(throws: DatabaseError.self) {
            try await save(Fixture.host("h-2", name: "db1", macs: [2]))
        }
        #expect(error?.resultCode == .SQLITE_CONSTRAINT)
        let hosts = try await store.read { try $0.hosts() }
        #expect(hosts == [Fixture.host("h-1", name: "db1", macs: [1])])
        #expect(try await id { try $0.host(mac: Fixture.mac(2)) } == nil)
    }

    @Test func refusesAMACThatAnotherHostHas() async throws {
        try await save(Fixture.host("h-1", macs: [1]), Fixture.host("h-2", macs: [2]))
        let error = await #expect(throws: DatabaseError.self) {
            try await save(Fixture.host("h-2", name: "renamed", macs: [3, 1]))
        }
        #expect(error?.resultCode == .SQLITE_CONSTRAINT)
        let kept = try await store.read { try $0.host(id: "h-2") }
        #expect(kept == Fixture.host("h-2", macs: [2]))
        #expect(try await id { try $0.host(mac: Fixture.mac(1)) } == "h-1")
        #expect(try await id { try $0.host(mac: Fixture.mac(2)) } == "h-2")
        #expect(try await id { try $0.host(mac: Fixture.mac(3)) } == nil)
    }

    @Test func forgetsAHostWithItsMACsTokensAndSessionsButNotItsDeployments() async throws {
        try await save(Fixture.host("h-1", macs: [1]), Fixture.host("h-2", macs: [2]))
        try await store.write { tx in
            for (host, number) in [("h-1", 1), ("h-2", 2)] as [(String, UInt8)] {
                try tx.insert(Fixture.deployment("d-\(number)", host: host), settings: "{}")
                try tx.insert(
                    BootTokenRecord(hash: "t-\(number)", mac: Fixture.mac(number), hostID: host, expiresAt: 9), now: 0)
                try tx.save(
                    SessionRecord(
                        hash: "s-\(number)", hostID: host, bootID: "b", bootMAC: Fixture.mac(number),
                        deploymentID: nil, attempt: nil, createdAt: 0))
            }
        }
        try await store.write { try $0.removeHost(id: "h-1") }
        let left = try await store.read { tx in
            [
                try tx.host(id: "h-1")?.id, try tx.host(mac: Fixture.mac(1))?.id, try tx.bootToken(hash: "t-1")?.hash,
                try tx.session(hash: "s-1")?.hash, try tx.host(id: "h-2")?.id, try tx.host(mac: Fixture.mac(2))?.id,
                try tx.bootToken(hash: "t-2")?.hash, try tx.session(hash: "s-2")?.hash,
            ]
        }
        #expect(left == [nil, nil, nil, nil, "h-2", "h-2", "t-2", "s-2"])
        let deployments = try await store.read { try $0.deployments(limit: 10).map(\.id) }
        #expect(deployments == ["d-2", "d-1"])
    }

    @Test func forgetsTheDiscoveredHostsThatWereSilentLongest() async throws {
        let strangers = (1...5 as ClosedRange<UInt8>).map { Self.discovered("h-\($0)", mac: $0, lastSeen: Int64($0)) }
        var accepted = Self.discovered("accepted", mac: 6, lastSeen: 0)
        accepted.standing = .accepted
        var protected = Self.discovered("protected", mac: 7, lastSeen: 0)
        protected.isProtected = true
        var assigned = Self.discovered("assigned", mac: 8, lastSeen: 0)
        assigned.accountID = "a-1"
        let hosts = strangers + [accepted, protected, assigned, Self.discovered("ordered", mac: 9, lastSeen: 0)]
        let forgotten = try await store.write { tx in
            for host in hosts {
                try tx.save(host)
                try tx.insert(
                    BootTokenRecord(hash: host.id, mac: host.macs[0], hostID: host.id, expiresAt: 9), now: 0)
            }
            try tx.insert(BootTokenRecord(hash: "nobody's", mac: Fixture.mac(10), hostID: nil, expiresAt: 9), now: 0)
            try tx.insert(Fixture.deployment("d-1", host: "ordered"), settings: "{}")
            return try tx.forgetDiscoveredHosts(beyond: 2)
        }
        #expect(forgotten == 3)
        let kept = ["accepted", "assigned", "h-4", "h-5", "ordered", "protected"]
        let (ids, tokens) = try await store.read { tx in
            let known = try (hosts.map(\.id) + ["nobody's"]).filter { try tx.bootToken(hash: $0) != nil }
            return (try tx.hosts().map(\.id), known)
        }
        #expect(ids.sorted() == kept)
        #expect(tokens.sorted() == (kept + ["nobody's"]).sorted())
        let none = try await store.write { try $0.forgetDiscoveredHosts(beyond: 2) }
        #expect(none == 0)
    }

    private static func discovered(_ id: String, mac: UInt8, lastSeen: Int64) -> Host {
        var host = Fixture.host(id, macs: [mac])
        host.standing = .discovered
        host.isProtected = false
        host.lastSeen = lastSeen
        return host
    }
}

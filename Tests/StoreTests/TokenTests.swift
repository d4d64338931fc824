import GRDB
import NetworkTypes
import Store
import Testing

struct TokenTests {
    private let scratch: Scratch
    private let store: Store

    init() throws {
        scratch = try Scratch()
        store = try scratch.store()
    }

    private func insert(_ tokens: [BootTokenRecord], now: Int64 = 0) async throws {
        try await store.write { tx in
            for token in tokens { try tx.insert(token, now: now) }
        }
    }

    /// Those of `hashes` that are boot tokens.
    private func kept(_ hashes: [String]) async throws -> [String] {
        try await store.read { tx in try hashes.filter { try tx.bootToken(hash: $0) != nil } }
    }

    private static func token(
        _ hash: String, mac: UInt8 = 1, host: String? = nil, expiresAt: Int64 = 100
    ) -> BootTokenRecord {
        BootTokenRecord(hash: hash, mac: Fixture.mac(mac), hostID: host, expiresAt: expiresAt)
    }

    private static func session(_ hash: String, host: String) -> SessionRecord {
        SessionRecord(
            hash: hash, hostID: host, bootID: "boot of \(hash)", bootMAC: Fixture.mac(1), deploymentID: nil,
            attempt: nil, createdAt: 7)
    }

    @Test func keepsBootTokensOfKnownAndUnknownHosts() async throws {
        let known = Self.token("a", mac: 1, host: "h-1")
        let unknown = Self.token("b", mac: 2, expiresAt: .max)
        try await insert([known, unknown])
        let found = try await store.read { [try $0.bootToken(hash: "a"), try $0.bootToken(hash: "b")] }
        #expect(found == [known, unknown])
        #expect(try await kept(["A", ""]) == [])
    }

    @Test func refusesASecondTokenWithTheSameHash() async throws {
        try await insert([Self.token("a")])
        let error = await #expect(throws: DatabaseError.self) { try await insert([Self.token("a", mac: 2)]) }
        #expect(error?.resultCode == .SQLITE_CONSTRAINT)
    }

    @Test func dropsTokensThatHaveExpired() async throws {
        try await insert([Self.token("a", expiresAt: 10), Self.token("b", mac: 2, expiresAt: 11)])
        try await insert([Self.token("c", mac: 3)], now: 9)
        #expect(try await kept(["a", "b", "c"]) == ["a", "b", "c"])
        try await insert([Self.token("d", mac: 3)], now: 10)
        #expect(try await kept(["a", "b", "c", "d"]) == ["b", "c", "d"])
    }

    @Test func boundsTheTokensOfOneMAC() async throws {
        let hashes = (0...9).map { "t\($0)" }
        try await insert([Self.token("other", mac: 2, expiresAt: 1)])
        try await insert(hashes.enumerated().map { Self.token($1, expiresAt: 100 + Int64($0)) })
        #expect(try await kept(["other"] + hashes) == ["other"] + hashes.dropFirst(2))
    }

    @Test func voidsTheTokensAndSessionsOfAHost() async throws {
        try await insert([
            Self.token("a", mac: 1, host: "h-1"), Self.token("b", mac: 2), Self.token("c", mac: 3, host: "h-2"),
            Self.token("d", mac: 4),
        ])
        try await store.write { tx in
            try tx.save(Self.session("s1", host: "h-1"))
            try tx.save(Self.session("s2", host: "h-2"))
            try tx.voidTokens(hostID: "h-1", macs: [Fixture.mac(1), Fixture.mac(2)])
        }
        #expect(try await kept(["a", "b", "c", "d"]) == ["c", "d"])
        let sessions = try await store.read { [try $0.session(hash: "s1"), try $0.session(hash: "s2")] }
        #expect(sessions == [nil, Self.session("s2", host: "h-2")])
    }

    @Test func keepsASessionAndTheOrderThatItIsGivenLater() async throws {
        try await store.write { try $0.save(Self.session("s1", host: "h-1")) }
        var changed = Self.session("s1", host: "h-1")
        changed.deploymentID = "d-1"
        changed.attempt = 2
        let ordered = changed
        try await store.write { try $0.save(ordered) }
        let found = try await store.read { try $0.session(hash: "s1") }
        #expect(found == ordered)
    }

    @Test func neverMovesASessionToAnotherHost() async throws {
        try await store.write { tx in
            try tx.save(Self.session("s1", host: "h-1"))
            try tx.save(Self.session("s1", host: "h-2"))
        }
        let found = try await store.read { try $0.session(hash: "s1") }
        #expect(found == Self.session("s1", host: "h-1"))
    }

    @Test func boundsTheTokensInAll() async throws {
        let hashes = (1...5).map { "t\($0)" }
        try await store.write { tx in
            for (number, hash) in hashes.enumerated() {
                let token = Self.token(hash, mac: UInt8(number), expiresAt: 100 + Int64(number))
                try tx.insert(token, now: 0, limit: 3)
            }
        }
        #expect(try await kept(hashes) == ["t3", "t4", "t5"])
    }
}

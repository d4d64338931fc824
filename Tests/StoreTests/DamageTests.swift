import ImageFormat
import LeasePolicy
import Store
import Testing

/// Rows that something else changed.
struct DamageTests {
    private let scratch: Scratch
    private let store: Store

    init() throws {
        scratch = try Scratch()
        store = try scratch.store()
    }

    @Test(arguments: ["hosts", "deployments", "revisions"], ["{", "{}", ""])
    func saysInWhichTableADocumentIsDamaged(table: String, document: String) async throws {
        try await store.write { tx in
            try tx.save(Fixture.host("h-1"))
            try tx.insert(Fixture.deployment("d-1"), settings: "{}")
            _ = try tx.addRevision(image: "a", digest: ChunkDigest(of: [1]), manifest: Fixture.manifest, now: 0)
        }
        try await scratch.execute("UPDATE \(table) SET document = '\(document)'")
        let error = await #expect(throws: StoreError.self) {
            try await store.read { tx in
                switch table {
                case "hosts": _ = try tx.hosts()
                case "deployments": _ = try tx.deployments(limit: 1)
                default: _ = try tx.revisions()
                }
            }
        }
        #expect(error?.description.contains("table \(table) is damaged") == true)
    }

    @Test(arguments: ["address = -1", "mac = 'x'", "mac = 1 << 50", "granted_at = ''", "expires_at = 'never'"])
    func saysThatALeaseIsDamaged(change: String) async throws {
        try await store.commit([.put(Fixture.lease(1))])
        try await scratch.execute("UPDATE leases SET \(change)")
        let error = await #expect(throws: StoreError.self) { try await store.read { try $0.leases() } }
        #expect(error?.description.contains("table leases is damaged") == true)
    }

    @Test func saysInWhichTableAMACIsDamaged() async throws {
        try await store.write { tx in
            try tx.insert(BootTokenRecord(hash: "t", mac: Fixture.mac(1), hostID: nil, expiresAt: 9), now: 0)
            try tx.save(
                SessionRecord(
                    hash: "s", hostID: "h-1", bootID: "b", bootMAC: Fixture.mac(1), deploymentID: nil, attempt: nil,
                    createdAt: 0))
        }
        try await scratch.execute("UPDATE boot_tokens SET mac = 'x'")
        try await scratch.execute("UPDATE sessions SET boot_mac = 'x'")
        let token = await #expect(throws: StoreError.self) { try await store.read { try $0.bootToken(hash: "t") } }
        #expect(token?.description.contains("boot_tokens") == true)
        let session = await #expect(throws: StoreError.self) { try await store.read { try $0.session(hash: "s") } }
        #expect(session?.description.contains("sessions") == true)
    }
}

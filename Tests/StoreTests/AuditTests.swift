import Store
import Testing

struct AuditTests {
    private let scratch: Scratch
    private let store: Store

    init() throws {
        scratch = try Scratch()
        store = try scratch.store()
    }

    private func append(_ count: Int) async throws {
        try await store.write { tx in
            for index in 0..<count {
                _ = try tx.append(
                    AuditEntry(
                        at: Int64(index), accountID: "a-\(index % 2)", accountName: "n", address: "10.0.0.1",
                        operation: index < 2 ? "first" : "second", target: "/x"))
            }
        }
    }

    @Test func entriesAreFoundByWhatTheyAreAbout() async throws {
        try await append(6)
        func numbers(_ filter: AuditFilter) async throws -> [Int64] {
            try await store.read { try $0.auditEntries(filter, limit: 10).map(\.number) }
        }
        #expect(try await numbers(AuditFilter()) == [1, 2, 3, 4, 5, 6])
        #expect(try await numbers(AuditFilter(accountID: "a-0")) == [1, 3, 5])
        #expect(try await numbers(AuditFilter(operation: "second", after: 4)) == [5, 6])
        #expect(try await numbers(AuditFilter(from: 1, to: 3)) == [2, 3])
    }

    @Test(arguments: [
        "UPDATE audit SET document = replace(document, '10.0.0.1', '10.0.0.2') WHERE number = 3",
        "UPDATE audit SET account_id = 'a-9' WHERE number = 3", "UPDATE audit SET at = 99 WHERE number = 3",
        "UPDATE audit SET operation = 'x' WHERE number = 3", "DELETE FROM audit WHERE number = 3",
        "UPDATE audit SET hash = 'x' WHERE number = 3", "UPDATE audit SET document = '{}' WHERE number = 3",
    ])
    func aChangedOrMissingEntryIsFound(change: String) async throws {
        try await append(5)
        _ = try await store.read { try $0.verifyAudit().count }
        try await scratch.execute(change)
        let found = await #expect(throws: AuditBreak.self) { try await store.read { try $0.verifyAudit().count } }
        #expect(found?.number == 3)
    }

    @Test func aLogThatWasCutHasAnotherHash() async throws {
        try await append(5)
        let before = try await store.read { try $0.verifyAudit().hash }
        try await scratch.execute("DELETE FROM audit WHERE number = 5")
        let after = try await store.read { try $0.verifyAudit() }
        #expect(after.count == 4 && after.hash != before)
    }
}

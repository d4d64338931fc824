import Store
import Testing

struct IdempotencyTests {
    private static let request = RepeatableRequest(digest: "d")

    private let scratch: Scratch
    private let store: Store

    init() throws {
        scratch = try Scratch()
        store = try scratch.store()
    }

    /// Enters the request; returns what is known of it.
    private func begin(key: String) async throws -> RepeatableRequest? {
        try await store.write {
            try $0.beginRepeatable(Self.request, key: key, accountID: "a-1", now: 100)
        }
    }

    @Test func whatAFormerProcessDidNotEndIsCarriedOutAgain() async throws {
        #expect(try await begin(key: "ended") == nil)
        #expect(try await begin(key: "begun") == nil)
        try await store.write { tx in
            try tx.endRepeatable(key: "ended", accountID: "a-1", status: 201, body: "{}")
            try tx.forgetUnendedRepeatables()
        }
        #expect(try await begin(key: "begun") == nil)
        #expect(try await begin(key: "ended")?.status == 201)
    }
}

import AccessPolicy
import Testing

struct NameTests {
    @Test(arguments: [
        ("web", nil, "web"), ("alice:web", "alice", "web"), ("im-0123", nil, "im-0123"), (":web", "", "web"),
        ("a:b:c", "a", "b:c"), ("", nil, ""), ("alice:", "alice", ""),
    ])
    func readsAReference(text: String, owner: String?, name: String) {
        let reference = ImageReference(text)
        #expect(reference.owner == owner && reference.name == name)
    }

    @Test func aQuotaSaysItsNumbers() {
        #expect(ImageQuota(limit: 50, used: 49).refusal == nil)
        #expect(ImageQuota(limit: 50, used: 49).remaining == 1)
        let full = ImageQuota(limit: 50, used: 50)
        #expect(full.refusal?.contains("has 50 private images, and its quota is 50") == true)
        #expect(full.remaining == 0)
        // A quota that was lowered takes nothing away.
        #expect(ImageQuota(limit: 3, used: 50).remaining == 0)
        #expect(ImageQuota(limit: 3, used: 50).refusal != nil)
    }

    @Test(arguments: [(nil, 5, false), (5, 4, false), (5, 5, true), (5, 6, true)] as [(Int64?, Int64, Bool)])
    func aDateCountsFromItsSecondOn(date: Int64?, now: Int64, expected: Bool) {
        #expect(ImageLifecycle(deprecatedAt: date).isDeprecated(now: now) == expected)
        #expect(ImageLifecycle(retiredAt: date).isRetired(now: now) == expected)
    }
}

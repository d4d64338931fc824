/// How many private images an account has, and may have.
package struct ImageQuota: Hashable, Sendable {
    package let limit: Int
    package let used: Int

    package init(limit: Int, used: Int) {
        self.limit = limit
        self.used = used
    }

    /// How many more it may have.
    package var remaining: Int { max(limit - used, 0) }

    /// Why the account may not have one more; nil where it may.
    package var refusal: String? {
        guard remaining == 0 else { return nil }
        return "the account has \(used) private images, and its quota is \(limit): remove one, or have the quota raised"
    }
}

/// An account: GET `/api/v1/accounts` and `/api/v1/account`.
package struct AccountSummary: Codable, Hashable, Sendable {
    package var id: String
    /// Unique.
    package var name: String
    package var role: AccountRole
    /// The tokens of a disabled account open nothing.
    package var isEnabled: Bool
    package var created: Timestamp
    package var privateImages: QuotaUse

    package init(
        id: String, name: String, role: AccountRole, isEnabled: Bool, created: Timestamp, privateImages: QuotaUse
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.isEnabled = isEnabled
        self.created = created
        self.privateImages = privateImages
    }
}

/// How much of a quota is used.
package struct QuotaUse: Codable, Hashable, Sendable {
    package var limit: Int
    package var used: Int
    package var remaining: Int

    package init(limit: Int, used: Int, remaining: Int) {
        self.limit = limit
        self.used = used
        self.remaining = remaining
    }
}

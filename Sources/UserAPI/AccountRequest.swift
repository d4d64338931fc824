/// Makes an account: POST `/api/v1/accounts`. The answer is an `AccountSummary`.
package struct AccountRequest: Codable, Hashable, Sendable {
    package var name: String
    package var role: AccountRole
    /// How many private images it may have; the installation's default if absent.
    package var imageQuota: Int?

    package init(name: String, role: AccountRole, imageQuota: Int? = nil) {
        self.name = name
        self.role = role
        self.imageQuota = imageQuota
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case name, role, imageQuota
    }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        role = try container.decode(AccountRole.self, forKey: .role)
        imageQuota = try container.decodeIfPresent(Int.self, forKey: .imageQuota)
    }
}

/// Changes an account: PATCH `/api/v1/accounts/{account}`. Absent fields stay as they are.
package struct AccountChange: Codable, Hashable, Sendable {
    package var name: String?
    package var role: AccountRole?
    /// False also ends the account's tasks, and cancels its orders that no host has begun.
    package var isEnabled: Bool?
    package var imageQuota: Int?

    package init(
        name: String? = nil, role: AccountRole? = nil, isEnabled: Bool? = nil, imageQuota: Int? = nil
    ) {
        self.name = name
        self.role = role
        self.isEnabled = isEnabled
        self.imageQuota = imageQuota
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case name, role, isEnabled, imageQuota
    }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decodeIfPresent(String.self, forKey: .name)
        role = try container.decodeIfPresent(AccountRole.self, forKey: .role)
        isEnabled = try container.decodeIfPresent(Bool.self, forKey: .isEnabled)
        imageQuota = try container.decodeIfPresent(Int.self, forKey: .imageQuota)
    }
}

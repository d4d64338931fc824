/// What an operator changes about a host: PATCH `/api/v1/hosts/{host}`. Absent fields stay as they are.
package struct HostChange: Codable, Hashable, Sendable {
    package var name: String?
    /// True accepts a discovered host; false is refused.
    package var isAccepted: Bool?
    package var isProtected: Bool?
    /// False lets a parked host go on; true is refused, for only the server parks hosts.
    package var isParked: Bool?
    /// The account that may deploy it, beside the operators, by name or id; empty: none.
    package var account: String?

    package init(
        name: String? = nil, isAccepted: Bool? = nil, isProtected: Bool? = nil, isParked: Bool? = nil,
        account: String? = nil
    ) {
        self.name = name
        self.isAccepted = isAccepted
        self.isProtected = isProtected
        self.isParked = isParked
        self.account = account
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case name, isAccepted, isProtected, isParked, account
    }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decodeIfPresent(String.self, forKey: .name)
        isAccepted = try container.decodeIfPresent(Bool.self, forKey: .isAccepted)
        isProtected = try container.decodeIfPresent(Bool.self, forKey: .isProtected)
        isParked = try container.decodeIfPresent(Bool.self, forKey: .isParked)
        account = try container.decodeIfPresent(String.self, forKey: .account)
    }
}

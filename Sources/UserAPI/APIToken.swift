/// A token of the user API, without its secret: GET `/api/v1/tokens`.
package struct APITokenSummary: Codable, Hashable, Sendable {
    package var id: String
    /// What it is for, in its owner's words.
    package var name: String
    package var created: Timestamp
    /// nil: it does not expire.
    package var expires: Timestamp?

    package init(id: String, name: String, created: Timestamp, expires: Timestamp?) {
        self.id = id
        self.name = name
        self.created = created
        self.expires = expires
    }
}

/// Makes a token: POST `/api/v1/tokens`. The answer is an `IssuedAPIToken`.
package struct APITokenRequest: Codable, Hashable, Sendable {
    package var name: String
    /// The account that it is for, by id or name, which only an administrator may say; the one that asks if absent.
    package var account: String?
    /// How long it is good for, 1 to 3650; 0: for ever; 90 if absent.
    package var days: Int?

    package init(name: String, account: String? = nil, days: Int? = nil) {
        self.name = name
        self.account = account
        self.days = days
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case name, account, days
    }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        account = try container.decodeIfPresent(String.self, forKey: .account)
        days = try container.decodeIfPresent(Int.self, forKey: .days)
    }
}

/// A new token with its secret, which is shown this once.
package struct IssuedAPIToken: Codable, Hashable, Sendable {
    package var token: APITokenSummary
    /// What to send as `Authorization: Bearer …`.
    package var secret: String

    package init(token: APITokenSummary, secret: String) {
        self.token = token
        self.secret = secret
    }
}

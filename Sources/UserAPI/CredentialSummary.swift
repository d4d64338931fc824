/// How an account reaches an object storage, without the secret: GET `/api/v1/credentials`.
package struct CredentialSummary: Codable, Hashable, Sendable {
    package var id: String
    /// Unique among the account's.
    package var name: String
    /// `http` or `https`, with host and port.
    package var endpoint: String
    /// Such as `us-east-1`.
    package var region: String
    package var accessKey: String
    package var created: Timestamp

    package init(
        id: String, name: String, endpoint: String, region: String, accessKey: String, created: Timestamp
    ) {
        self.id = id
        self.name = name
        self.endpoint = endpoint
        self.region = region
        self.accessKey = accessKey
        self.created = created
    }
}

/// Keeps the keys of an object storage: POST `/api/v1/credentials`. The answer is a `CredentialSummary`.
package struct CredentialRequest: Codable, Hashable, Sendable {
    package var name: String
    /// `http` or `https`, with host and port and nothing else.
    package var endpoint: String
    /// `us-east-1` if absent.
    package var region: String?
    package var accessKey: String
    package var secretKey: String

    package init(name: String, endpoint: String, region: String? = nil, accessKey: String, secretKey: String) {
        self.name = name
        self.endpoint = endpoint
        self.region = region
        self.accessKey = accessKey
        self.secretKey = secretKey
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case name, endpoint, region, accessKey, secretKey
    }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        endpoint = try container.decode(String.self, forKey: .endpoint)
        region = try container.decodeIfPresent(String.self, forKey: .region)
        accessKey = try container.decode(String.self, forKey: .accessKey)
        secretKey = try container.decode(String.self, forKey: .secretKey)
    }
}

package import ImageFormat

/// Another installation that images are copied to and from: GET `/api/v1/regions`.
package struct RegionSummary: Codable, Hashable, Sendable {
    package var id: String
    /// Unique.
    package var name: String
    /// Of its user API.
    package var url: String
    /// The names of the keys whose signatures are trusted.
    package var keys: [KeyID]
    /// Whether the account that asks has entered a token of the region.
    package var hasToken: Bool
    package var created: Timestamp

    package init(id: String, name: String, url: String, keys: [KeyID], hasToken: Bool, created: Timestamp) {
        self.id = id
        self.name = name
        self.url = url
        self.keys = keys
        self.hasToken = hasToken
        self.created = created
    }
}

/// Adds a region: POST `/api/v1/regions`. Its keys are fetched from it. The answer is a `RegionSummary`.
package struct RegionRequest: Codable, Hashable, Sendable {
    package var name: String
    /// Of its user API: `http` or `https`, with host and port and nothing else.
    package var url: String
    /// A token of the region, of the account that asks.
    package var token: String

    package init(name: String, url: String, token: String) {
        self.name = name
        self.url = url
        self.token = token
    }

    private enum CodingKeys: String, CodingKey, CaseIterable { case name, url, token }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        url = try container.decode(String.self, forKey: .url)
        token = try container.decode(String.self, forKey: .token)
    }
}

/// Keeps the asking account's token at a region: POST `/api/v1/regions/{region}/token`.
package struct RegionTokenRequest: Codable, Hashable, Sendable {
    package var token: String

    package init(token: String) { self.token = token }

    private enum CodingKeys: String, CodingKey, CaseIterable { case token }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        token = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .token)
    }
}

/// The public keys of an installation: GET `/api/v1/keys`.
package struct InstallationKeyList: Codable, Hashable, Sendable {
    /// Each Ed25519 key of 32 octets in base64, one a line.
    package var trustedKeys: String
    /// The name of the one that signs.
    package var activeKey: KeyID

    package init(trustedKeys: String, activeKey: KeyID) {
        self.trustedKeys = trustedKeys
        self.activeKey = activeKey
    }
}

/// Orders the copy of a revision to a region: POST `/api/v1/copies`. The answer is a `TaskDetail`.
package struct CopyRequest: Codable, Hashable, Sendable {
    /// `NAME`, `OWNER:NAME` or an id.
    package var image: String
    /// The newest one if absent.
    package var revision: Int?
    /// The region's name or id.
    package var region: String
    /// What the image is called there; as here if absent.
    package var name: String?

    package init(image: String, revision: Int? = nil, region: String, name: String? = nil) {
        self.image = image
        self.revision = revision
        self.region = region
        self.name = name
    }

    private enum CodingKeys: String, CodingKey, CaseIterable { case image, revision, region, name }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        image = try container.decode(String.self, forKey: .image)
        revision = try container.decodeIfPresent(Int.self, forKey: .revision)
        region = try container.decode(String.self, forKey: .region)
        name = try container.decodeIfPresent(String.self, forKey: .name)
    }
}

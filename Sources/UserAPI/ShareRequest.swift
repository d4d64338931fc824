/// Offers an image to an account: POST `/api/v1/shares`. The answer is a `ShareDetail`.
package struct ShareRequest: Codable, Hashable, Sendable {
    /// `NAME` or an id.
    package var image: String
    /// The name or the id of the account that receives it.
    package var receiver: String
    /// Whether it may make an image of its own of it; false if absent.
    package var mayCopy: Bool
    /// Until it is revoked if absent.
    package var expires: Timestamp?

    package init(image: String, receiver: String, mayCopy: Bool = false, expires: Timestamp? = nil) {
        self.image = image
        self.receiver = receiver
        self.mayCopy = mayCopy
        self.expires = expires
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case image, receiver, mayCopy, expires
    }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        image = try container.decode(String.self, forKey: .image)
        receiver = try container.decode(String.self, forKey: .receiver)
        mayCopy = try container.decodeIfPresent(Bool.self, forKey: .mayCopy) ?? false
        expires = try container.decodeIfPresent(Timestamp.self, forKey: .expires)
    }
}

/// Changes a share: PATCH `/api/v1/shares/{share}`. Absent fields stay as they are.
package struct ShareChange: Codable, Hashable, Sendable {
    /// The receiver's answer: `accepted` or `rejected`.
    package var state: ShareStateName?
    /// The owner's to say.
    package var mayCopy: Bool?
    /// The owner's to say.
    package var expires: Timestamp?

    package init(state: ShareStateName? = nil, mayCopy: Bool? = nil, expires: Timestamp? = nil) {
        self.state = state
        self.mayCopy = mayCopy
        self.expires = expires
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case state, mayCopy, expires
    }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        state = try container.decodeIfPresent(ShareStateName.self, forKey: .state)
        mayCopy = try container.decodeIfPresent(Bool.self, forKey: .mayCopy)
        expires = try container.decodeIfPresent(Timestamp.self, forKey: .expires)
    }
}

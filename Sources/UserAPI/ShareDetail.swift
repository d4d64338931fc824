/// One account's leave to use an image of another: GET `/api/v1/shares`.
package struct ShareDetail: Codable, Hashable, Sendable {
    package var id: String
    package var image: ImageName
    /// The name of the account that receives it.
    package var receiver: String
    package var state: ShareStateName
    /// Whether the receiver may make an image of its own of it.
    package var mayCopy: Bool
    /// nil: until it is revoked.
    package var expires: Timestamp?
    package var created: Timestamp

    package init(
        id: String, image: ImageName, receiver: String, state: ShareStateName, mayCopy: Bool, expires: Timestamp?,
        created: Timestamp
    ) {
        self.id = id
        self.image = image
        self.receiver = receiver
        self.state = state
        self.mayCopy = mayCopy
        self.expires = expires
        self.created = created
    }
}

/// Which image is meant.
package struct ImageName: Codable, Hashable, Sendable {
    package var id: String
    package var name: String
    /// The name of the account that it belongs to.
    package var owner: String

    package init(id: String, name: String, owner: String) {
        self.id = id
        self.name = name
        self.owner = owner
    }
}

/// Where a share stands. An open set.
package struct ShareStateName: RawRepresentable, Hashable, Sendable, Codable {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    package static let offered = ShareStateName(rawValue: "offered")
    package static let accepted = ShareStateName(rawValue: "accepted")
    package static let rejected = ShareStateName(rawValue: "rejected")
}

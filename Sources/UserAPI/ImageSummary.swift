/// An image as it stands in a list: GET `/api/v1/images`.
package struct ImageSummary: Codable, Hashable, Sendable {
    package var id: String
    package var name: String
    /// The name of the account that it belongs to.
    package var owner: String
    package var visibility: ImageVisibilityName
    package var summary: String
    package var tags: [String]
    /// A protected image is not removed.
    package var isProtected: Bool
    package var created: Timestamp
    /// Since when it should not be used any more, or will be.
    package var deprecated: Timestamp?
    /// Since when it cannot be deployed any more, or will be.
    package var retired: Timestamp?
    /// Patterns of the host models that it is for; empty: for all.
    package var models: [String]
    /// Whether an operator has let it onto hosts of other models, too.
    package var isForAnyModel: Bool
    package var revisionCount: Int
    /// What an order gets that names no revision; nil for an image that is offered and not accepted.
    package var latest: ImageRevision?

    package init(
        id: String, name: String, owner: String, visibility: ImageVisibilityName, summary: String, tags: [String],
        isProtected: Bool, created: Timestamp, deprecated: Timestamp?, retired: Timestamp?, models: [String],
        isForAnyModel: Bool, revisionCount: Int, latest: ImageRevision?
    ) {
        self.id = id
        self.name = name
        self.owner = owner
        self.visibility = visibility
        self.summary = summary
        self.tags = tags
        self.isProtected = isProtected
        self.created = created
        self.deprecated = deprecated
        self.retired = retired
        self.models = models
        self.isForAnyModel = isForAnyModel
        self.revisionCount = revisionCount
        self.latest = latest
    }
}

/// Whom an image is there for, as the account sees it that asks. An open set.
package struct ImageVisibilityName: RawRepresentable, Hashable, Sendable, Codable {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    package static let `public` = ImageVisibilityName(rawValue: "public")
    package static let `private` = ImageVisibilityName(rawValue: "private")
    /// Another account's private image, shared with the one that asks.
    package static let shared = ImageVisibilityName(rawValue: "shared")
}

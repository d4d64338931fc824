/// A named disk image: who owns it, who may see it, and what is said of it. Its contents are in its revisions.
package struct Image: Codable, Hashable, Sendable {
    package let id: String
    /// The account that it belongs to.
    package var ownerID: String
    /// Unique among the owner's images, and among the public ones.
    package var name: String
    package var visibility: ImageVisibility
    /// What people should know of it; may be empty.
    package var summary: String
    /// Sorted.
    package var tags: [String]
    /// A protected image is not removed, and none of its revisions is.
    package var isProtected: Bool
    /// Seconds since 1970.
    package let createdAt: Int64
    package var lifecycle: ImageLifecycle
    /// Patterns of the host models that its owner made it for; nil or empty: for all.
    package var models: [String]?
    /// Whether an operator has let it onto hosts of other models, too.
    package var isForAnyModel: Bool?
    /// The highest number that a revision of it has had; nil: that of its newest. No number is given twice: hosts, exports
    /// and copies name revisions by it.
    package var lastRevision: Int?

    package init(
        id: String, ownerID: String, name: String, visibility: ImageVisibility = .private, summary: String = "",
        tags: [String] = [], isProtected: Bool = false, createdAt: Int64, lifecycle: ImageLifecycle = ImageLifecycle()
    ) {
        self.id = id
        self.ownerID = ownerID
        self.name = name
        self.visibility = visibility
        self.summary = summary
        self.tags = tags
        self.isProtected = isProtected
        self.createdAt = createdAt
        self.lifecycle = lifecycle
    }
}

/// Whom an image is there for, beside those that it is shared with.
package enum ImageVisibility: String, Codable, Hashable, Sendable, CaseIterable {
    /// For its owner.
    case `private`
    /// For every account: those of its revisions that are in a channel.
    case `public`
}

/// What a public revision is fit for.
package enum ReleaseChannel: String, Codable, Hashable, Sendable, CaseIterable {
    /// For everybody; what is deployed unless something else is asked for.
    case stable
    /// For those who try what comes next.
    case candidate
}

/// How long an image, or one revision of it, should and can be used.
package struct ImageLifecycle: Codable, Hashable, Sendable {
    /// Seconds since 1970; from then on every order of it says that it is deprecated.
    package var deprecatedAt: Int64?
    /// Seconds since 1970; from then on no order of it is taken.
    package var retiredAt: Int64?

    package init(deprecatedAt: Int64? = nil, retiredAt: Int64? = nil) {
        self.deprecatedAt = deprecatedAt
        self.retiredAt = retiredAt
    }

    package func isDeprecated(now: Int64) -> Bool { deprecatedAt.map { $0 <= now } ?? false }

    package func isRetired(now: Int64) -> Bool { retiredAt.map { $0 <= now } ?? false }
}

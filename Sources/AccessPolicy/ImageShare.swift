/// One account's leave to use a private image of another.
package struct ImageShare: Codable, Hashable, Sendable {
    package let id: String
    package let imageID: String
    /// The account that receives it.
    package let receiverID: String
    package var state: ShareState
    /// Whether the receiver may make an image of its own of it, and take its bytes away.
    package var mayCopy: Bool
    /// Seconds since 1970; nil: until it is revoked.
    package var expiresAt: Int64?
    /// Seconds since 1970.
    package let createdAt: Int64

    package init(
        id: String, imageID: String, receiverID: String, state: ShareState = .offered, mayCopy: Bool,
        expiresAt: Int64?, createdAt: Int64
    ) {
        self.id = id
        self.imageID = imageID
        self.receiverID = receiverID
        self.state = state
        self.mayCopy = mayCopy
        self.expiresAt = expiresAt
        self.createdAt = createdAt
    }

    package func hasExpired(now: Int64) -> Bool { expiresAt.map { $0 <= now } ?? false }
}

/// What the receiver said to a share.
package enum ShareState: String, Codable, Hashable, Sendable, CaseIterable {
    /// It waits for the receiver's answer.
    case offered
    case accepted
    case rejected
}

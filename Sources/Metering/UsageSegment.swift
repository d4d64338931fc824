/// A stretch of time during which an image took up the same room in its owner's name, and was called the same.
package struct UsageSegment: Hashable, Sendable {
    package var accountID: String
    package var imageID: String
    /// The image's name.
    package var imageName: String
    /// Stored bytes: compressed, and each chunk once in the account, with the oldest of its images that has it.
    package var bytes: UInt64
    /// Seconds of metering.
    package var begins: Int64
    /// Seconds of metering; nil: it goes on.
    package var ends: Int64?

    package init(
        accountID: String, imageID: String, imageName: String, bytes: UInt64, begins: Int64, ends: Int64? = nil
    ) {
        self.accountID = accountID
        self.imageID = imageID
        self.imageName = imageName
        self.bytes = bytes
        self.begins = begins
        self.ends = ends
    }
}

/// The room that an image takes up.
package struct ImageRoom: Hashable, Sendable {
    package var imageID: String
    package var imageName: String
    /// See `UsageSegment.bytes`.
    package var bytes: UInt64

    package init(imageID: String, imageName: String, bytes: UInt64) {
        self.imageID = imageID
        self.imageName = imageName
        self.bytes = bytes
    }
}

/// What has to be written when an account's images have changed.
package struct UsageChange: Hashable, Sendable {
    /// The images whose open segment ends.
    package var ended: [String] = []
    /// The segments that begin.
    package var begun: [UsageSegment] = []

    /// - Parameters:
    ///   - open: the account's segments that go on.
    ///   - room: what its images take up now; an image that takes up nothing needs no segment.
    ///   - now: seconds of metering.
    package init(accountID: String, open: [UsageSegment], room: [ImageRoom], now: Int64) {
        let before = open.map { ImageRoom(imageID: $0.imageID, imageName: $0.imageName, bytes: $0.bytes) }
        let after = room.filter { $0.bytes > 0 }
        ended = Set(before).subtracting(after).map(\.imageID).sorted()
        begun = after.filter { !before.contains($0) }.map {
            UsageSegment(
                accountID: accountID, imageID: $0.imageID, imageName: $0.imageName, bytes: $0.bytes, begins: now)
        }
    }
}

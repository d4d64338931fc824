/// An image as it stands in a list: GET `/api/v1/images`.
package struct ImageSummary: Codable, Hashable, Sendable {
    package var name: String
    package var revisionCount: Int
    /// The newest revision; nil while the first one is still being imported.
    package var latest: ImageRevision?

    package init(name: String, revisionCount: Int, latest: ImageRevision?) {
        self.name = name
        self.revisionCount = revisionCount
        self.latest = latest
    }
}

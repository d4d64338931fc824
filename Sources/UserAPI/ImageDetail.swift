/// One image with its revisions, oldest first: GET `/api/v1/images/{image}`.
package struct ImageDetail: Codable, Hashable, Sendable {
    package var image: ImageSummary
    package var revisions: [ImageRevision]

    package init(image: ImageSummary, revisions: [ImageRevision]) {
        self.image = image
        self.revisions = revisions
    }
}

/// One image with its revisions, oldest first: GET `/api/v1/images/{image}`.
package struct ImageDetail: Codable, Hashable, Sendable {
    package var name: String
    package var revisions: [ImageRevision]

    package init(name: String, revisions: [ImageRevision]) {
        self.name = name
        self.revisions = revisions
    }
}

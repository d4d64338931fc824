/// A host that runs a revision of an image: GET `/api/v1/images/{image}/hosts`.
package struct ImageUse: Codable, Hashable, Sendable {
    package var hostID: String
    package var hostName: String
    package var revision: Int
    /// The deployment that brought it there.
    package var deployment: String
    package var committed: Timestamp

    package init(hostID: String, hostName: String, revision: Int, deployment: String, committed: Timestamp) {
        self.hostID = hostID
        self.hostName = hostName
        self.revision = revision
        self.deployment = deployment
        self.committed = committed
    }
}

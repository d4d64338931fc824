/// The deployment that a host is part of, in short.
package struct DeploymentReference: Codable, Hashable, Sendable {
    package var id: String
    package var state: DeploymentStateName
    /// `debian-12 revision 3`.
    package var image: String

    package init(id: String, state: DeploymentStateName, image: String) {
        self.id = id
        self.state = state
        self.image = image
    }
}

package import AgentProtocol

/// A deployment as it stands in a list: GET `/api/v1/deployments`.
package struct DeploymentSummary: Codable, Hashable, Sendable {
    package var id: String
    package var hostID: String
    package var hostName: String
    /// The name of the image.
    package var image: String
    package var revision: Int
    package var state: DeploymentStateName
    package var phase: PhaseName?
    /// The number of the newest attempt; 0 before the first.
    package var attempt: Int
    package var created: Timestamp
    package var ended: Timestamp?
    /// The name of the account that ordered it; nil where that account is gone.
    package var account: String?

    package init(
        id: String, hostID: String, hostName: String, image: String, revision: Int, state: DeploymentStateName,
        phase: PhaseName?, attempt: Int, created: Timestamp, ended: Timestamp?, account: String? = nil
    ) {
        self.id = id
        self.hostID = hostID
        self.hostName = hostName
        self.image = image
        self.revision = revision
        self.state = state
        self.phase = phase
        self.attempt = attempt
        self.created = created
        self.ended = ended
        self.account = account
    }
}

package import PreflightFacts

/// What is known of a revision, and which hosts it fits: GET `/api/v1/images/{image}/revisions/{number}/preflight`, with
/// `?host=HOST` for one host.
package struct PreflightReport: Codable, Hashable, Sendable {
    package var image: String
    package var revision: Int
    package var facts: ImageFacts
    /// What is to be said of the image whatever the host.
    package var findings: [PreflightFinding]
    /// One for each model of the hosts that are there for the account, or for the one host.
    package var models: [ModelVerdict]

    package init(
        image: String, revision: Int, facts: ImageFacts, findings: [PreflightFinding], models: [ModelVerdict]
    ) {
        self.image = image
        self.revision = revision
        self.facts = facts
        self.findings = findings
        self.models = models
    }
}

/// What preflight says of an image on hosts of one model.
package struct ModelVerdict: Codable, Hashable, Sendable {
    /// `VENDOR/PRODUCT`.
    package var model: String
    /// The names of the hosts.
    package var hosts: [String]
    package var verdict: PreflightVerdict
    /// Each finding that one of the hosts has.
    package var findings: [PreflightFinding]
    /// Whether the image may be deployed onto this model: its owner named it, named none, or an operator has widened it.
    package var isAllowed: Bool

    package init(
        model: String, hosts: [String], verdict: PreflightVerdict, findings: [PreflightFinding], isAllowed: Bool
    ) {
        self.model = model
        self.hosts = hosts
        self.verdict = verdict
        self.findings = findings
        self.isAllowed = isAllowed
    }
}

/// A model of hosts: GET `/api/v1/models`.
package struct ModelSummary: Codable, Hashable, Sendable {
    /// `VENDOR/PRODUCT`, as SMBIOS names them.
    package var model: String
    /// How many hosts there are of it for the account.
    package var hostCount: Int

    package init(model: String, hostCount: Int) {
        self.model = model
        self.hostCount = hostCount
    }
}

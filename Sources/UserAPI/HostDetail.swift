package import AgentProtocol

/// One host with all that is known of it: GET `/api/v1/hosts/{host}`.
package struct HostDetail: Codable, Hashable, Sendable {
    package var host: HostSummary
    package var firstSeen: Timestamp
    /// What the stage found; nil until the host has greeted once.
    package var inventory: Inventory?

    package init(host: HostSummary, firstSeen: Timestamp, inventory: Inventory?) {
        self.host = host
        self.firstSeen = firstSeen
        self.inventory = inventory
    }
}

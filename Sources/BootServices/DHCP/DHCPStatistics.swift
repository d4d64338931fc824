/// What the DHCP server did since it started.
package struct DHCPStatistics: Hashable, Sendable, Codable {
    package var discovers = 0
    package var requests = 0
    package var declines = 0
    package var releases = 0
    package var informs = 0
    /// Packets that are no DHCP messages of a client, or lack what their type needs.
    package var malformed = 0
    /// Packets that were dropped unread, because too many waited; those of known clients have a place of their own.
    package var dropped = 0
    /// Well-formed messages that got no answer because the rules say so.
    package var ignored = 0
    package var offers = 0
    package var acks = 0
    package var naks = 0
    /// Addresses at which a probe found another machine.
    package var addressesInUse = 0
    /// Commits that reached the disk; one commit may carry many leases.
    package var commits = 0
    package var failedCommits = 0
    /// ACKs that never went out because their commit failed or too many waited.
    package var withheldAcks = 0
    package var failedSends = 0
    /// False after the store lost track of the disk: no lease is given until the process starts anew.
    package var isGivingLeases = true

    package init() {}
}

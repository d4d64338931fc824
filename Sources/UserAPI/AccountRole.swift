/// What kind of user an account is. A closed set.
package enum AccountRole: String, Codable, Hashable, Sendable, CaseIterable {
    /// Decides about accounts, public images and everything else.
    case administrator
    /// Runs the hosts and the boot networks, and deploys for everybody.
    case `operator`
    /// Has images and deploys them onto the hosts that are assigned to it.
    case member
    /// Looks at hosts, leases and deployments, and changes nothing.
    case viewer
}

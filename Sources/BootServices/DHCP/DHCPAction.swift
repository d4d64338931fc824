import LeasePolicy

/// What a message of a client gets.
enum DHCPAction: Sendable {
    /// What the rules of leases say.
    case lease(LeaseAction)
    /// What the rules of proxyDHCP say.
    case proxy(ProxyAction)
}

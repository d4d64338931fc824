package import NetworkTypes

/// What the server has to do after an event of the lease table.
package enum LeaseAction: Hashable, Sendable {
    /// Answer with an OFFER; nothing is written.
    case offer(LeaseGrant)
    /// Find out whether the address is in use, then tell `LeaseTable.probed`.
    case probe(IPv4Address)
    /// Write the changes down; when they are on the disk, answer with an ACK.
    case acknowledge(LeaseGrant, [LeaseChange])
    /// Answer with a NAK.
    case refuse(reason: String)
    /// Answer an INFORM with an ACK without an address.
    case inform(SubnetPlan)
    /// Write the changes down; there is no answer.
    case record([LeaseChange], reason: String)
    /// No answer.
    case ignore(reason: String, cause: IgnoreCause = .rules)
}

/// An address for a client, and the plan of its subnet.
package struct LeaseGrant: Hashable, Sendable {
    package var address: IPv4Address
    package var plan: SubnetPlan
    /// The name that a reservation gives the client.
    package var hostName: String?

    package init(address: IPv4Address, plan: SubnetPlan, hostName: String?) {
        self.address = address
        self.plan = plan
        self.hostName = hostName
    }
}

/// Why a message gets no answer, as far as a diagnosis tells the cases apart.
package enum IgnoreCause: Hashable, Sendable {
    /// No address is free in the client's subnet.
    case poolExhausted
    /// No subnet is planned for the client's network.
    case noSubnet
    /// The client talks to another server, or another server gives the addresses there.
    case anotherServer
    /// Nothing is answered on this network as long as another server gives addresses there.
    case networkTaken
    /// Leases cannot be written down.
    case storeFailed
    /// Whatever else the rules say.
    case rules
}

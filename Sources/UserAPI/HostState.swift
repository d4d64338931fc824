/// Where a host stands. An open set: a newer server may know more.
package struct HostState: RawRepresentable, Hashable, Sendable, Codable {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    /// It turned up by itself and waits for an operator.
    package static let discovered = HostState(rawValue: "discovered")
    /// An operator accepted it: orders may be given.
    package static let accepted = HostState(rawValue: "accepted")
    /// An order for it is under way.
    package static let deploying = HostState(rawValue: "deploying")
    /// It runs an image that we wrote: it starts its own disk.
    package static let deployed = HostState(rawValue: "deployed")
}

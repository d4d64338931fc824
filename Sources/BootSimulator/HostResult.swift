/// How one simulated host ended.
package struct HostResult: Hashable, Sendable {
    package let host: SimulatedHost
    /// Why it did not end as listed; nil where it did.
    package let failure: String?
    /// How long each answer to a DHCP message took, from the message's first sending on.
    package let answers: [Duration]
    /// From its start to its end.
    package let duration: Duration

    package init(host: SimulatedHost, failure: String?, answers: [Duration], duration: Duration) {
        self.host = host
        self.failure = failure
        self.answers = answers
        self.duration = duration
    }
}

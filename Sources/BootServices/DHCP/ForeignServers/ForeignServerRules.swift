import BootTimeline
package import LeasePolicy

/// What other DHCP servers may do on a network.
package struct ForeignServerRules: Hashable, Sendable {
    /// What this server is on the network: beside `proxy`, another server that gives addresses is expected.
    package var mode: SubnetMode
    package var policy: ForeignServerPolicy

    package init(mode: SubnetMode, policy: ForeignServerPolicy) {
        self.mode = mode
        self.policy = policy
    }

    /// Whether an answer of another server is worth telling.
    func concern(_ answer: ForeignAnswer) -> Bool {
        switch mode {
        case .authoritative: true
        case .proxy: answer.record.isProxy
        case .off: false
        }
    }
}

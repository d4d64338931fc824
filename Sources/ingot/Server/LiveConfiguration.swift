import BootServices
import LeasePolicy
import NetworkTypes
import Synchronization

/// The configuration that is in force, for those who look at it again and again.
final class LiveConfiguration: Sendable {
    private let current: Mutex<CheckedConfiguration>

    init(_ checked: CheckedConfiguration) { current = Mutex(checked) }

    var checked: CheckedConfiguration {
        get { current.withLock { $0 } }
        set { current.withLock { $0 = newValue } }
    }

    /// What other DHCP servers may do on a network of ours; nothing is said of them where no subnet is planned.
    func foreignServerRules(on interface: DHCPInterface) -> ForeignServerRules {
        let dhcp = checked.configuration.dhcp
        let subnet = dhcp.subnets.first { $0.subnet.contains(interface.address) }
        return ForeignServerRules(mode: subnet?.mode ?? .off, policy: dhcp.otherServers)
    }
}

import BootPolicy
import BootServices
import ImageStore
import LeasePolicy
import NetworkTypes
import Synchronization

/// The configuration that is in force, for those who look at it again and again.
final class LiveConfiguration: Sendable {
    struct Content: Sendable {
        let configuration: ServerConfiguration
        let manifest: BootFileManifest
        let loaderRules: LoaderRules
        let downloads: DownloadPolicy
        /// What is allowed in it but probably not meant.
        let warnings: [String]

        init(_ checked: CheckedConfiguration) {
            configuration = checked.configuration
            manifest = checked.files.manifest
            loaderRules = checked.files.loaderRules
            downloads = checked.downloads
            warnings = checked.warnings
        }
    }

    private let current: Mutex<Content>

    init(_ content: Content) { current = Mutex(content) }

    var content: Content {
        get { current.withLock { $0 } }
        set { current.withLock { $0 = newValue } }
    }

    /// What other DHCP servers may do on a network of ours; nothing is said of them where no subnet is planned.
    func foreignServerRules(on interface: DHCPInterface) -> ForeignServerRules {
        current.withLock { content in
            let dhcp = content.configuration.dhcp
            let subnet = dhcp.subnets.first { $0.subnet.contains(interface.address) }
            return ForeignServerRules(mode: subnet?.mode ?? .off, policy: dhcp.otherServers)
        }
    }
}

import BootPolicy
import LeasePolicy

extension ServerConfiguration {
    /// What operators say about loaders: in the configuration, and in the file of quirks that it names.
    func loaderRules() throws -> LoaderRules {
        var rules = try quirks.map { try YAMLFile.decode(LoaderRules.self, at: $0) } ?? LoaderRules()
        let subnets = dhcp.subnets.compactMap { subnet in
            subnet.loader.map { LoaderRules.SubnetRule(subnet: subnet.subnet, loader: $0) }
        }
        rules.subnets = subnets + rules.subnets
        return rules
    }

    /// How loaders are chosen.
    /// - Parameters:
    ///   - manifest: of the boot files that are served.
    ///   - port: of the boot HTTP listener.
    func loaderPolicy(_ manifest: BootFileManifest, port: Int, _ rules: LoaderRules) -> BootFilePolicy {
        BootFilePolicy(
            manifest: manifest, httpPort: port, preferred: dhcp.uefiLoader, rules: rules,
            proxied: dhcp.subnets.filter { $0.mode == .proxy }.map(\.subnet))
    }
}

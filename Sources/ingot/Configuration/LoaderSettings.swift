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
    func loaderPolicy(_ files: InstalledFiles) -> BootFilePolicy {
        BootFilePolicy(
            manifest: files.manifest, httpPort: httpPort, preferred: dhcp.uefiLoader, rules: files.loaderRules,
            proxied: dhcp.subnets.filter { $0.mode == .proxy }.map(\.subnet))
    }
}

package import BootScripts
package import NetworkTypes
import UserAPI

/// What operators say about loaders: the quirks file, and the loaders of subnets. A host's own rule comes before its
/// model's, and that before its subnet's.
package struct LoaderRules: Decodable, Hashable, Sendable {
    package var hosts: [HostRule]
    package var models: [ModelRule]
    /// Not of the quirks file: the configuration names them with its subnets.
    package var subnets: [SubnetRule]

    package struct HostRule: Decodable, Hashable, Sendable {
        /// Of the NIC that boots.
        package var mac: MACAddress
        /// The name of a boot file.
        package var loader: String

        package init(mac: MACAddress, loader: String) {
            self.mac = mac
            self.loader = loader
        }
    }

    package struct ModelRule: Decodable, Hashable, Sendable {
        /// As SMBIOS and `ingot host show` spell it; upper and lower case are the same.
        package var vendor: String
        /// Nil for every product of the vendor.
        package var product: String?
        /// The name of a boot file; nil leaves the choice to the other rules.
        package var loader: String?
        package var localBoot: LocalBoot?

        package init(vendor: String, product: String? = nil, loader: String? = nil, localBoot: LocalBoot? = nil) {
            self.vendor = vendor
            self.product = product
            self.loader = loader
            self.localBoot = localBoot
        }

        func matches(_ model: HostModel) -> Bool {
            vendor.lowercased() == model.vendor.lowercased()
                && product.map { $0.lowercased() == model.product.lowercased() } ?? true
        }
    }

    package struct SubnetRule: Hashable, Sendable {
        package var subnet: IPv4Subnet
        /// The name of a boot file.
        package var loader: String

        package init(subnet: IPv4Subnet, loader: String) {
            self.subnet = subnet
            self.loader = loader
        }
    }

    package init(hosts: [HostRule] = [], models: [ModelRule] = [], subnets: [SubnetRule] = []) {
        self.hosts = hosts
        self.models = models
        self.subnets = subnets
    }

    /// The loaders that the rules name for a client, the most specific rule's first; of two rules of one kind, the
    /// first that matches.
    package func loaders(for request: BootRequest, model: HostModel?) -> [String] {
        [
            hosts.first { $0.mac == request.mac }?.loader,
            model.flatMap { model in models.first { $0.loader != nil && $0.matches(model) }?.loader },
            subnets.first { $0.subnet.contains(request.link) }?.loader,
        ].compactMap { $0 }
    }

    /// How hosts of a model start their own disks.
    package func localBoot(for model: HostModel?) -> LocalBoot {
        model.flatMap { model in models.first { $0.localBoot != nil && $0.matches(model) }?.localBoot } ?? .standard
    }

    /// A loader that a rule names though the manifest has no such file, or one that DHCP cannot hand out; nil where all
    /// are right.
    package func unknownLoader(in manifest: BootFileManifest) -> String? {
        let named = hosts.map(\.loader) + models.compactMap(\.loader) + subnets.map(\.loader)
        return named.first { name in !manifest.files.contains { $0.name == name && $0.loader.isFirst } }
    }
}

// MARK: - Decoding

extension LoaderRules {
    private enum CodingKeys: String, CodingKey, CaseIterable { case hosts, models }

    /// Keys that are not known are errors.
    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            hosts: try container.decodeIfPresent([HostRule].self, forKey: .hosts) ?? [],
            models: try container.decodeIfPresent([ModelRule].self, forKey: .models) ?? [])
    }
}

extension LoaderRules.HostRule {
    private enum CodingKeys: String, CodingKey, CaseIterable { case mac, loader }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        mac = try container.decode(MACAddress.self, forKey: .mac)
        loader = try container.decode(String.self, forKey: .loader)
    }
}

extension LoaderRules.ModelRule {
    private enum CodingKeys: String, CodingKey, CaseIterable { case vendor, product, loader, localBoot }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        vendor = try container.decode(String.self, forKey: .vendor)
        product = try container.decodeIfPresent(String.self, forKey: .product)
        loader = try container.decodeIfPresent(String.self, forKey: .loader)
        localBoot = try container.decodeIfPresent(LocalBoot.self, forKey: .localBoot)
    }
}

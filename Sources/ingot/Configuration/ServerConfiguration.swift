import LeasePolicy
import Logging
import NetworkTypes
import UserAPI

/// The server's configuration file. Keys that are not known are errors: a misspelt key must not turn into a default.
struct ServerConfiguration: Decodable {
    /// Database, keys, images: everything that must survive.
    var data: String
    /// The directory of boot files with their manifest.
    var bootFiles: String
    /// The directory of boot script templates.
    var scripts: String
    /// The directory of the stage: `vmlinuz` and `initramfs`.
    var stage: String
    /// The file of loader rules; nil where there is none.
    var quirks: String?
    /// The boot networks' interfaces.
    var interfaces: [String]
    /// TCP port of the boot listeners.
    var httpPort: Int
    /// UDP port of TFTP.
    var tftpPort: Int
    var api: APIListener
    var dhcp: DHCPSection
    var images: ImagesSection
    var imports: ImportsSection
    var metering: MeteringSection
    /// `trace`, `debug`, `info`, `notice`, `warning`, `error`.
    var log: String

    struct APIListener: Decodable, Equatable {
        var address: String
        var port: Int

        enum CodingKeys: String, CodingKey, CaseIterable { case address, port }

        init(address: String = "127.0.0.1", port: Int = 8090) {
            self.address = address
            self.port = port
        }

        init(from decoder: any Decoder) throws {
            try decoder.refuseKeys(outside: CodingKeys.allCases)
            let container = try decoder.container(keyedBy: CodingKeys.self)
            self.init()
            address = try container.decodeIfPresent(String.self, forKey: .address) ?? address
            port = try container.decodeIfPresent(Int.self, forKey: .port) ?? port
        }
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case data, bootFiles, scripts, stage, quirks, interfaces, httpPort, tftpPort, api, dhcp, images, imports,
            metering, log
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func text(_ key: CodingKeys, _ standard: String) throws -> String {
            try container.decodeIfPresent(String.self, forKey: key) ?? standard
        }
        data = try text(.data, "/var/lib/ingot")
        bootFiles = try text(.bootFiles, "/usr/local/share/ingot/tftp-root")
        scripts = try text(.scripts, "/usr/local/share/ingot/ipxe")
        stage = try text(.stage, "/usr/local/share/ingot/stage")
        quirks = try container.decodeIfPresent(String.self, forKey: .quirks)
        interfaces = try container.decode([String].self, forKey: .interfaces)
        httpPort = try container.decodeIfPresent(Int.self, forKey: .httpPort) ?? 8080
        tftpPort = try container.decodeIfPresent(Int.self, forKey: .tftpPort) ?? 69
        api = try container.decodeIfPresent(APIListener.self, forKey: .api) ?? APIListener()
        dhcp = try container.decodeIfPresent(DHCPSection.self, forKey: .dhcp) ?? DHCPSection()
        images = try container.decodeIfPresent(ImagesSection.self, forKey: .images) ?? ImagesSection()
        imports = try container.decodeIfPresent(ImportsSection.self, forKey: .imports) ?? ImportsSection()
        metering = try container.decodeIfPresent(MeteringSection.self, forKey: .metering) ?? MeteringSection()
        log = try text(.log, "info")
        try validate()
    }

    /// Reads the file at `path`; every error names the key.
    static func load(_ path: String) throws -> ServerConfiguration {
        try YAMLFile.decode(ServerConfiguration.self, at: path)
    }

    /// How much of the log is written.
    var logLevel: Logger.Level { Logger.Level(rawValue: log) ?? .info }

    /// What is allowed but probably not meant.
    func warnings(networks: [BootNetwork]) -> [String] {
        var warnings: [String] = []
        for network in networks where !dhcp.subnets.contains(where: { $0.subnet.contains(network.address) }) {
            warnings.append(
                "dhcp.subnets has no subnet for \(network.interface) (\(network.subnet)): no address is given there")
        }
        for subnet in dhcp.subnets {
            let isEmpty = subnet.pools.isEmpty && subnet.reservations.isEmpty
            if subnet.mode == .authoritative && isEmpty {
                warnings.append("dhcp.subnets: \(subnet.subnet) has neither a pool nor a reservation")
            }
            if subnet.mode != .authoritative && !isEmpty {
                warnings.append(
                    "dhcp.subnets: pools and reservations of \(subnet.subnet) are not used in mode "
                        + subnet.mode.rawValue)
            }
        }
        if !api.address.hasPrefix("127.") {
            warnings.append(
                "api.address \(api.address) is not loopback: the user API is plain HTTP, tokens can be read")
        }
        return warnings
    }

    private func validate() throws {
        func require(_ holds: Bool, _ message: String) throws {
            if !holds { throw CommandError(message) }
        }
        try require(!interfaces.isEmpty, "interfaces: name at least one boot interface")
        try require(Set(interfaces).count == interfaces.count, "interfaces: an interface is named twice")
        for (name, port) in [("httpPort", httpPort), ("tftpPort", tftpPort), ("api.port", api.port)] {
            try require((1...65535).contains(port), "\(name): \(port) is no port, expected 1 to 65535")
        }
        try require(
            Logger.Level(rawValue: log) != nil,
            "log: '\(log)' is no level: expected trace, debug, info, notice, warning or error")
        try require(IPv4Address(api.address) != nil, "api.address: '\(api.address)' is not an IPv4 address")
    }
}

import Foundation
import Logging
import NetworkTypes
import UserAPI
import Yams

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
    /// The boot networks' interfaces.
    var interfaces: [String]
    /// TCP port of the boot listeners.
    var httpPort: Int
    /// UDP port of TFTP.
    var tftpPort: Int
    var api: APIListener
    var dhcp: DHCPSection
    /// `trace`, `debug`, `info`, `notice`, `warning`, `error`.
    var log: String

    struct APIListener: Decodable {
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
        case data, bootFiles, scripts, stage, interfaces, httpPort, tftpPort, api, dhcp, log
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
        interfaces = try container.decode([String].self, forKey: .interfaces)
        httpPort = try container.decodeIfPresent(Int.self, forKey: .httpPort) ?? 8080
        tftpPort = try container.decodeIfPresent(Int.self, forKey: .tftpPort) ?? 69
        api = try container.decodeIfPresent(APIListener.self, forKey: .api) ?? APIListener()
        dhcp = try container.decodeIfPresent(DHCPSection.self, forKey: .dhcp) ?? DHCPSection()
        log = try text(.log, "info")
        try validate()
    }

    /// Reads the file at `path`; every error names the key.
    static func load(_ path: String) throws -> ServerConfiguration {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandError("cannot read the configuration \(path)")
        }
        do {
            return try YAMLDecoder().decode(ServerConfiguration.self, from: data)
        } catch let error as DecodingError {
            throw CommandError("\(path): \(error.explanation)")
        } catch {
            throw CommandError("\(path): \(error)")
        }
    }

    /// What is allowed but probably not meant.
    func warnings(networks: [BootNetwork]) -> [String] {
        var warnings: [String] = []
        for network in networks where !dhcp.subnets.contains(where: { $0.subnet.contains(network.address) }) {
            warnings.append(
                "dhcp.subnets has no subnet for \(network.interface) (\(network.subnet)): no address is given there")
        }
        for subnet in dhcp.subnets where !networks.contains(where: { subnet.subnet.contains($0.address) }) {
            warnings.append("dhcp.subnets: no interface has an address in \(subnet.subnet), it is never used")
        }
        for subnet in dhcp.subnets where subnet.pools.isEmpty && subnet.reservations.isEmpty {
            warnings.append("dhcp.subnets: \(subnet.subnet) has neither a pool nor a reservation")
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

extension DecodingError {
    /// The key and what is wrong with it.
    var explanation: String {
        func path(_ context: Context, _ last: (any CodingKey)? = nil) -> String {
            let keys = context.codingPath + (last.map { [$0] } ?? [])
            return keys.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
        }
        switch self {
        case .keyNotFound(let key, let context): return "\(path(context, key)): is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            let cause = context.underlyingError.map { " (\($0))" } ?? ""
            // What our own checks throw comes back wrapped.
            if let refusal = context.underlyingError as? CommandError { return "\(refusal)" }
            return "\(path(context)): \(context.debugDescription)\(cause)"
        @unknown default: return "\(self)"
        }
    }
}

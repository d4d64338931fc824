import ImageStore
import NIOCore
import UserAPI

/// Where images may be imported from.
struct ImportsSection: Decodable {
    /// Names of hosts, and addresses or ranges of them, that downloads may go to although they are in a network of this
    /// machine.
    var allow: [String]

    enum CodingKeys: String, CodingKey, CaseIterable { case allow }

    init() { allow = [] }

    init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        allow = try container.decodeIfPresent([String].self, forKey: .allow) ?? []
        for entry in allow where NetworkRange(entry) == nil && !Self.isHostName(entry) {
            throw CommandError("imports.allow: '\(entry)' is neither a host name nor an address or range of addresses")
        }
    }

    /// What downloads are held to on this machine.
    func policy() throws -> DownloadPolicy {
        let ranges = allow.compactMap { NetworkRange($0) }
        let names = allow.filter { NetworkRange($0) == nil }.map { $0.lowercased() }
        return DownloadPolicy(
            allowedHosts: Set(names), allowedRanges: ranges, ownRanges: try Self.attachedNetworks())
    }

    private static func isHostName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 253 && text.contains { $0.isLetter }
            && text.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
                    || byte == 0x2D || byte == 0x2E
            }
    }

    /// The networks that this machine has an address in.
    private static func attachedNetworks() throws -> [NetworkRange] {
        try System.enumerateDevices().compactMap { device in
            guard let address = device.address?.ipAddress, let mask = device.netmask?.ipAddress else { return nil }
            // A link-local address has its interface behind it.
            return NetworkRange(address: String(address.prefix { $0 != "%" }), mask: mask)
        }
    }
}

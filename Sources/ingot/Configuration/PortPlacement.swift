import BootPolicy
import CloudInit
import UserAPI

extension DHCPSection {
    /// A port of a switch as its relay agent names it (DHCP option 82), and the place that it leads to.
    struct PortPlacement: Decodable {
        var rule: PlacementRule

        enum CodingKeys: String, CodingKey, CaseIterable { case circuit, remote, name, rack, unit }

        init(from decoder: any Decoder) throws {
            try decoder.refuseKeys(outside: CodingKeys.allCases)
            let container = try decoder.container(keyedBy: CodingKeys.self)
            func text(_ key: CodingKeys) throws -> String? { try container.decodeIfPresent(String.self, forKey: key) }
            let circuit = try text(.circuit)
            let remote = try text(.remote)
            let name = try text(.name)
            if let name, !HostName.isValid(name) || name.contains(".") {
                throw CommandError(
                    "dhcp.placement: name '\(name)' is no host name: 1 to 63 letters, digits and hyphens (RFC 1123)")
            }
            let placement = Placement(
                name: name, rack: try text(.rack), unit: try container.decodeIfPresent(Int.self, forKey: .unit))
            do {
                rule = try PlacementRule(circuit: circuit, remote: remote, placement: placement)
            } catch {
                throw CommandError("dhcp.placement: \(error)")
            }
        }
    }
}

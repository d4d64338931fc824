import BootServices
import LinuxSystem
import NetworkTypes
import UserAPI

/// One boot network as the server stands on it.
struct BootNetwork: Hashable, Sendable {
    var interface: String
    var address: IPv4Address
    var subnet: IPv4Subnet

    var dhcpInterface: DHCPInterface { DHCPInterface(name: interface, address: address) }

    var status: InterfaceStatus { InterfaceStatus(name: interface, address: address, subnet: subnet) }

    /// Finds the interfaces on this machine, each with its first IPv4 address.
    static func find(_ names: [String]) throws -> [BootNetwork] {
        let interfaces = try NetworkInterfaces().all()
        return try names.map { name in
            guard let interface = interfaces.first(where: { $0.name == name }) else {
                let known = interfaces.map(\.name).joined(separator: ", ")
                throw CommandError("interfaces: there is no interface \(name) on this machine; it has \(known)")
            }
            guard let first = interface.addresses.first,
                let subnet = IPv4Subnet(containing: first.address, prefixLength: first.prefixLength)
            else {
                throw CommandError("interfaces: \(name) has no IPv4 address: give it one first")
            }
            return BootNetwork(
                interface: name, address: first.address, subnet: subnet)
        }
    }
}

/// The ports that the DHCP service opens.
package enum ServedPorts: Hashable, Sendable {
    case both
    /// Port 4011 only: port 67 belongs to another DHCP server on this machine.
    case bootServerOnly

    var ports: [ServerPort] {
        switch self {
        case .both: [.dhcp, .bootServer]
        case .bootServerOnly: [.bootServer]
        }
    }
}

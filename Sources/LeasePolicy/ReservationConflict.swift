package import NetworkTypes

/// Why a reservation cannot be taken.
package enum ReservationConflict: Error, Hashable, Sendable {
    case outsideEverySubnet(IPv4Address)
    /// The network's own address, its broadcast address, a router's or the server's.
    case noHostAddress(IPv4Address)
    /// A group address, or all zero.
    case noHostMAC(MACAddress)
    case noHostName(String)
    /// The address belongs to another MAC address, or goes by another name.
    case addressTaken(AddressReservation, isConfigured: Bool)
    /// The MAC address has another address in this subnet.
    case macTaken(AddressReservation, IPv4Subnet, isConfigured: Bool)
}

extension ReservationConflict: CustomStringConvertible {
    package var description: String {
        func place(_ isConfigured: Bool) -> String { isConfigured ? " in the configuration" : "" }
        switch self {
        case .outsideEverySubnet(let address): return "\(address) lies in no subnet of the configuration"
        case .noHostAddress(let address):
            return "\(address) is the address of the network, of all its hosts, of a router or of this server"
        case .noHostMAC(let mac): return "\(mac) is no host's MAC address"
        case .noHostName(let name):
            return "'\(name)' is no host name: labels of 1 to 63 letters, digits and hyphens, parted by dots"
        case .addressTaken(let other, let isConfigured):
            let name = other.hostName.map { ", named \($0)" } ?? ""
            return "\(other.address) is reserved for \(other.mac)\(name)\(place(isConfigured))"
        case .macTaken(let other, let subnet, let isConfigured):
            return "\(other.mac) has \(other.address) reserved in \(subnet)\(place(isConfigured))"
        }
    }
}

extension AddressReservation {
    /// True for a host name of one or more labels, at most 253 octets (RFC 1123 section 2.1).
    static func isValid(hostName: String) -> Bool {
        (1...253).contains(hostName.utf8.count)
            && hostName.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
                (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                    && label.utf8.allSatisfy(isLetterDigitOrHyphen)
            }
    }

    private static func isLetterDigitOrHyphen(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

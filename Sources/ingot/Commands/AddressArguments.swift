import ArgumentParser
import NetworkTypes

extension IPv4Address {
    /// An argument of a command.
    @Sendable static func argument(_ text: String) throws -> IPv4Address {
        guard let address = IPv4Address(text) else { throw ValidationError("'\(text)' is not an IPv4 address") }
        return address
    }
}

extension MACAddress {
    /// An argument of a command.
    @Sendable static func argument(_ text: String) throws -> MACAddress {
        guard let mac = MACAddress(text) else {
            throw ValidationError("'\(text)' is not a MAC address such as 52:54:00:12:34:56")
        }
        return mac
    }
}

package import NetworkTypes

/// One address given to one MAC address. Times are seconds since 1970. A lease that has run out is kept, so that its
/// client gets the same address again, until another client needs the address.
package struct Lease: Hashable, Sendable, Codable {
    package var address: IPv4Address
    package var mac: MACAddress
    /// What the client calls itself (option 12).
    package var hostName: String?
    /// When the address was given or last renewed.
    package var grantedAt: Int64
    package var expiresAt: Int64

    package init(address: IPv4Address, mac: MACAddress, hostName: String?, grantedAt: Int64, expiresAt: Int64) {
        self.address = address
        self.mac = mac
        self.hostName = hostName
        self.grantedAt = grantedAt
        self.expiresAt = expiresAt
    }
}

/// What a store has to write down before an answer may go out.
package enum LeaseChange: Hashable, Sendable {
    /// Writes the lease over whatever stands at its address.
    case put(Lease)
    /// Forgets the lease of this address.
    case remove(IPv4Address)
}

/// A store throws this when it can no longer know what reached the disk (a failed fsync): from then on no lease may be
/// acknowledged until the process has started anew. Every other error means that this one commit did not happen.
package struct LeaseDurabilityLost: Error, CustomStringConvertible {
    package var cause: String

    package init(cause: String) { self.cause = cause }

    package var description: String { "the lease store cannot tell what is on the disk: \(cause)" }
}

import NetworkTypes

/// What a host learnt from an ACK.
struct HostLease: Sendable {
    let address: IPv4Address
    /// Option 54.
    let server: IPv4Address
    /// Where the server's frames come from.
    let serverMAC: MACAddress?
    /// Option 67 or `file`.
    let bootFile: String?
    /// siaddr.
    let nextServer: IPv4Address
    /// Option 60.
    let vendorClass: String?
    /// Octets of the longer one of OFFER and ACK.
    let largestAnswer: Int
}

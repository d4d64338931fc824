/// A DHCP option as it stands on the wire.
package struct PlainOption: Hashable, Sendable {
    /// None of those in `reserved`.
    package var code: UInt8
    package var bytes: [UInt8]

    package init(code: UInt8, bytes: [UInt8]) {
        self.code = code
        self.bytes = bytes
    }

    /// The codes that settings cannot give, and what each is instead: the server decides them for every answer, or they
    /// are for clients and relay agents to send.
    package static let reserved: [UInt8: String] = [
        0: "is padding",
        1: "is the netmask, which follows from `subnet`",
        50: "is the address that a client asks for",
        51: "is the lease time, which `leaseSeconds` sets",
        52: "tells where in the message options lie, which the server decides",
        53: "is the type of the message",
        54: "is the address of this server",
        55: "is the list of options that a client wants",
        57: "is the size of messages that a client takes",
        58: "is the renewal time, which follows from `leaseSeconds`",
        59: "is the rebinding time, which follows from `leaseSeconds`",
        61: "is the name that a client gives itself",
        82: "is for relay agents, and goes back to them as it came",
        97: "is the UUID of a client, and goes back to it as it came",
        255: "ends the options",
    ]
}

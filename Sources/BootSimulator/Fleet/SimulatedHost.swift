package import NetworkTypes

/// One simulated host: what its hardware would say of itself.
package struct SimulatedHost: Hashable, Sendable {
    package let kind: HostKind
    /// Locally administered.
    package let mac: MACAddress
    package let systemUUID: SystemUUID
    package let serial: String
    /// What its kernel would call this boot.
    package let bootID: String
    /// The transaction id of its first exchange.
    package let transactionID: UInt32

    package init(
        kind: HostKind, mac: MACAddress, systemUUID: SystemUUID, serial: String, bootID: String, transactionID: UInt32
    ) {
        self.kind = kind
        self.mac = mac
        self.systemUUID = systemUUID
        self.serial = serial
        self.bootID = bootID
        self.transactionID = transactionID
    }
}

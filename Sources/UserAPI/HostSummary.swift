package import NetworkTypes

/// A host as it stands in a list: GET `/api/v1/hosts`.
package struct HostSummary: Codable, Hashable, Sendable {
    package var id: String
    /// Unique; a host may be asked for by id, name or MAC address.
    package var name: String
    package var state: HostState
    /// Protected hosts always start their own disk, and no order is taken for them.
    package var isProtected: Bool
    package var vendor: String?
    /// The product name from SMBIOS.
    package var model: String?
    package var systemUUID: SystemUUID?
    package var serial: String?
    package var macs: [MACAddress]
    /// The address of its newest lease.
    package var address: IPv4Address?
    package var lastSeen: Timestamp
    /// The deployment that is under way, or the newest one; nil where it is another account's.
    package var deployment: DeploymentReference?
    /// Why the host is left alone; nil unless it is parked.
    package var parking: ParkingDetail?
    /// Where it stands; nil where no relay agent's word on a port fits a rule.
    package var placement: HostPlacement?
    /// The name of the account that may deploy it; nil: only operators may.
    package var account: String?

    package init(
        id: String, name: String, state: HostState, isProtected: Bool, vendor: String?, model: String?,
        systemUUID: SystemUUID?, serial: String?, macs: [MACAddress], address: IPv4Address? = nil, lastSeen: Timestamp,
        deployment: DeploymentReference?, parking: ParkingDetail? = nil, placement: HostPlacement? = nil
    ) {
        self.id = id
        self.name = name
        self.state = state
        self.isProtected = isProtected
        self.vendor = vendor
        self.model = model
        self.systemUUID = systemUUID
        self.serial = serial
        self.macs = macs
        self.address = address
        self.lastSeen = lastSeen
        self.deployment = deployment
        self.parking = parking
        self.placement = placement
    }
}

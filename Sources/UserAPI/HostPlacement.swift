/// Where a host stands, by what a relay agent said of the switch port that it is plugged into (DHCP option 82).
package struct HostPlacement: Codable, Hashable, Sendable {
    /// What a host there is called by the configuration; the host may have another name.
    package var name: String?
    package var rack: String?
    /// The rack unit, counted from 1.
    package var unit: Int?
    /// Circuit and remote id: `Eth1/7 of leaf-1`; `0x` and hexadecimal digits where one is no text.
    package var switchPort: String?

    package init(name: String?, rack: String?, unit: Int?, switchPort: String?) {
        self.name = name
        self.rack = rack
        self.unit = unit
        self.switchPort = switchPort
    }
}

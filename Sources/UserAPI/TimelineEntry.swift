package import NetworkTypes

/// One thing that happened while a host booted: GET `/api/v1/hosts/{host}/timeline`.
package struct TimelineEntry: Codable, Hashable, Sendable {
    package var at: Timestamp
    /// 0...999, beyond `at`.
    package var millisecond: Int
    /// The NIC that boots.
    package var mac: MACAddress
    /// `dhcp-received`, `transfer`, ...: an open set.
    package var kind: String
    /// One line for people.
    package var text: String

    package init(at: Timestamp, millisecond: Int, mac: MACAddress, kind: String, text: String) {
        self.at = at
        self.millisecond = millisecond
        self.mac = mac
        self.kind = kind
        self.text = text
    }
}

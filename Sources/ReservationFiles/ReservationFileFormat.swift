/// The kinds of files that reservations are read from.
public enum ReservationFileFormat: String, CaseIterable, Sendable {
    /// Comma-separated values with a header (RFC 4180).
    case csv
    /// The configuration of Kea's DHCPv4 server.
    case kea
    /// dnsmasq's configuration, or a file of its `dhcp-hostsfile` option.
    case dnsmasq

    /// Reads a file's text; what cannot be used of it is told by line, never dropped in silence.
    public func parse(_ text: String) -> ReservationFile {
        switch self {
        case .csv: CSVReservations.parse(text)
        case .kea: KeaReservations.parse(text)
        case .dnsmasq: DnsmasqReservations.parse(text)
        }
    }
}

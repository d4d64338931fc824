extension APIRoute {
    /// GET; a `Page` of `TimelineEntry`, the newest `limit`, oldest first. A MAC address need not be a host's.
    package static func timeline(_ host: String, limit: Int) -> String { "\(self.host(host))/timeline?limit=\(limit)" }

    /// GET; a `HostDiagnosis`. A MAC address need not be a host's.
    package static func diagnosis(_ host: String) -> String { "\(self.host(host))/diagnosis" }

    /// GET; a pcap file. A MAC address need not be a host's.
    package static func capture(_ host: String) -> String { "\(self.host(host))/capture" }
}

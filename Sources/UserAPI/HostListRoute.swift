extension APIRoute {
    /// GET; the `Page` of `HostSummary` with the hosts of one rack alone.
    package static func hostsOfRack(_ rack: String) -> String { "\(hosts)?rack=\(segment(rack))" }
}

import FoundationEssentials

extension Rack {
    /// Starts to record all frames on a network's bridge into a pcap file; returns once recording goes on. End it by
    /// `RackProcess.end`. `filter` is a pcap filter.
    package func startCapture(
        on network: RackNetwork, to file: String, filter: String = ""
    ) async throws -> RackProcess {
        let log = "\(directory.path)/capture-\(network.name).log"
        // -Z root: tcpdump would give up its rights to open a file in our directory.
        let process = try await start(
            "capture-\(network.name)",
            ["tcpdump", "-n", "-U", "-Z", "root", "-i", network.bridge, "-w", file] + (filter.isEmpty ? [] : [filter]),
            log: log)
        try await process.waitForLog("listening on", timeout: .seconds(10))
        return process
    }

    /// The frames of a pcap file that match `filter`, one line each with the Ethernet header, as tcpdump prints them.
    package static func frames(in file: String, matching filter: String = "") async throws -> [String] {
        try await Tool.run("tcpdump", ["-n", "-e", "-r", file] + (filter.isEmpty ? [] : [filter]))
            .split(separator: "\n").map(String.init)
    }
}

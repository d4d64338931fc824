/// Which addresses downloads may go to: images come from elsewhere, not from this machine and the networks that it stands in.
package struct DownloadPolicy: Hashable, Sendable {
    /// Names of hosts that are allowed whatever they resolve to, in lower case.
    package var allowedHosts: Set<String>
    /// Addresses that are allowed although they are refused otherwise.
    package var allowedRanges: [NetworkRange]
    /// The networks of this machine: boot and management networks.
    package var ownRanges: [NetworkRange]

    package init(
        allowedHosts: Set<String> = [], allowedRanges: [NetworkRange] = [], ownRanges: [NetworkRange] = []
    ) {
        self.allowedHosts = allowedHosts
        self.allowedRanges = allowedRanges
        self.ownRanges = ownRanges
    }

    /// What no image comes from: this host, link-local addresses with the metadata services of clouds, and what is no
    /// host's address (RFC 6890).
    private static let special = [
        "0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "224.0.0.0/4", "240.0.0.0/4", "::/128",
        "::1/128", "fe80::/10", "fec0::/10", "ff00::/8", "fd00:ec2::254/128",
    ].compactMap { NetworkRange($0) }

    /// Whether the host was allowed by its name.
    func allows(host: String) -> Bool { allowedHosts.contains(host.lowercased()) }

    /// Why no download goes to an address; nil where one may.
    func refusal(of address: NetworkAddress) -> String? {
        for meaning in address.meanings {
            if allowedRanges.contains(where: { $0.contains(meaning) }) { continue }
            if Self.special.contains(where: { $0.contains(meaning) }) {
                return "\(address) is this machine's own or no host's"
            }
            if ownRanges.contains(where: { $0.contains(meaning) }) {
                return "\(address) is in a network that this machine stands in"
            }
        }
        return nil
    }
}

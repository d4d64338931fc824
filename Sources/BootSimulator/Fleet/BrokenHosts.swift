/// Which hosts of a fleet are broken on purpose.
package struct BrokenHosts: Hashable, Sendable {
    /// One kind for each broken host.
    package let kinds: [HostKind]

    /// The most hosts that a text may ask for.
    private static let limit = 1_000_000

    /// Reads a number of hosts, spread over all broken kinds, or a list such as `declines,stalls=3`.
    package init(_ text: String) throws(SimulationError) {
        if let count = Int(text) {
            guard (0...Self.limit).contains(count) else {
                throw SimulationError("broken: \(count) hosts, expected 0 to \(Self.limit)")
            }
            self.kinds = (0..<count).map { HostKind.broken[$0 % HostKind.broken.count] }
            return
        }
        var list: [HostKind] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = pair.first, let kind = HostKind(rawValue: String(name)), HostKind.broken.contains(kind)
            else {
                let known = HostKind.broken.map(\.rawValue).joined(separator: ", ")
                throw SimulationError("broken: '\(part)' is none of \(known)")
            }
            guard pair.count == 1 || (Int(pair[1]).map { (1...Self.limit).contains($0) } ?? false) else {
                throw SimulationError("broken: '\(part)': expected a number of hosts behind the =")
            }
            list += Array(repeating: kind, count: pair.count == 1 ? 1 : Int(pair[1]) ?? 1)
        }
        self.kinds = list
    }
}

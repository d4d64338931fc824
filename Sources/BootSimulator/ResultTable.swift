import NetworkTypes

/// What a simulation found, by kind of host.
package struct ResultTable: Hashable, Sendable {
    package static let headings = ["KIND", "ENDING", "HOSTS", "AS LISTED", "DHCP P50 MS", "DHCP P99 MS", "LONGEST S"]

    /// One for each kind that took part, in the order of `HostKind`, and one for all.
    package let rows: [[String]]
    /// One line for each host that ended otherwise than listed.
    package let failures: [String]

    /// True where every healthy host greeted and every broken one ended as listed.
    package var isSuccess: Bool { failures.isEmpty }

    package init(_ results: [HostResult]) {
        var rows = HostKind.allCases.compactMap { kind -> [String]? in
            let ofKind = results.filter { $0.host.kind == kind }
            return ofKind.isEmpty ? nil : Self.row(kind.rawValue, kind.expectedEnding, ofKind)
        }
        rows.append(Self.row("all", "", results))
        self.rows = rows
        failures = results.compactMap { result in
            result.failure.map { "\(result.host.kind.rawValue) \(result.host.mac): \($0)" }
        }
    }

    private static func row(_ name: String, _ ending: String, _ results: [HostResult]) -> [String] {
        let answers = results.flatMap(\.answers).sorted()
        return [
            name, ending, "\(results.count)", "\(results.count { $0.failure == nil })",
            percentile(50, of: answers).map { tenths($0, of: .milliseconds(1)) } ?? "-",
            percentile(99, of: answers).map { tenths($0, of: .milliseconds(1)) } ?? "-",
            tenths(results.map(\.duration).max() ?? .zero, of: .seconds(1)),
        ]
    }

    /// The nearest rank in sorted values; nil where there are none.
    private static func percentile(_ percent: Int, of sorted: [Duration]) -> Duration? {
        guard !sorted.isEmpty else { return nil }
        return sorted[max(0, (sorted.count * percent + 99) / 100 - 1)]
    }

    /// A time in units with one decimal.
    private static func tenths(_ time: Duration, of unit: Duration) -> String {
        let tenths = Int((time / unit * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}

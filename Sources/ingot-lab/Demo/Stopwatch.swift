/// How long each step took, in order.
struct Stopwatch {
    private(set) var steps: [(name: String, duration: Duration)] = []

    /// Announces a step, runs it and notes its time.
    mutating func time<T>(_ name: String, _ body: () async throws -> T) async rethrows -> T {
        print("==> \(name)")
        let start = ContinuousClock.now
        let result = try await body()
        steps.append((name, start.duration(to: .now)))
        return result
    }

    /// Rows of name and seconds, and their sum.
    var table: String {
        let total = steps.reduce(Duration.zero) { $0 + $1.duration }
        return (steps + [("total", total)]).map { Self.row($0.name, $0.duration) }.joined(separator: "\n")
    }

    /// A name and a time in seconds with one decimal, in columns.
    static func row(_ name: String, _ duration: Duration) -> String {
        let tenths = Int((Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18) * 10)
        let seconds = "\(tenths / 10).\(tenths % 10) s"
        let gap = String(repeating: " ", count: max(1, 40 - name.count) + max(0, 9 - seconds.count))
        return "  " + name + gap + seconds
    }
}

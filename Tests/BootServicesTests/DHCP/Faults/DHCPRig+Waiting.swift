import BootServices
import Testing

extension DHCPRig {
    /// The counters, as soon as they are as wanted; an issue where they are not after ten seconds.
    @discardableResult func statistics(
        when isReached: (DHCPStatistics) -> Bool, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> DHCPStatistics {
        for _ in 0..<5000 {
            let statistics = await service.statistics
            if isReached(statistics) { return statistics }
            try await Task.sleep(for: .milliseconds(2))
        }
        let statistics = await service.statistics
        Issue.record("not within ten seconds: \(statistics)", sourceLocation: sourceLocation)
        return statistics
    }
}

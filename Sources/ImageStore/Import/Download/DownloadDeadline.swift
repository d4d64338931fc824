extension ImportLimits {
    /// Runs `work` and cancels it when it has taken as long as a download may.
    package func withDownloadDeadline<T: Sendable>(
        _ work: @escaping @Sendable () async throws -> T
    ) async throws -> T {
        try await withThrowingTaskGroup(of: T.self) { group in
            group.addTask(operation: work)
            group.addTask {
                try await Task.sleep(for: .seconds(downloadSeconds))
                throw ImportError.download("it took longer than \(downloadSeconds) seconds")
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() else { throw CancellationError() }
            return result
        }
    }
}

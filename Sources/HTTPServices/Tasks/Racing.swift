/// Ends work early.
enum Racing {
    /// Runs `work`; when `stop` ends first, the work is cancelled and its end awaited.
    static func run(
        _ work: @escaping @Sendable () async throws -> Void, until stop: AsyncStream<Never>
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(operation: work)
            group.addTask {
                for await _ in stop {}
                throw CancellationError()
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}

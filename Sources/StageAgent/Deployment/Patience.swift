import AgentProtocol

extension DeploymentContext {
    /// Repeats a call while the server cannot be reached, at growing intervals, until the settings' patience ends.
    func patiently<Answer: Sendable>(
        for patience: Duration? = nil, _ call: @Sendable () async throws -> Answer
    ) async throws -> Answer {
        let limit = patience ?? settings.patience
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        var pause = Duration.milliseconds(200)
        while true {
            do {
                return try await call()
            } catch ServerError.unreachable(let reason) {
                guard clock.now < deadline else {
                    throw PhaseFailure(.serverUnreachable, "the server did not answer for \(limit): \(reason)")
                }
                try await clock.sleep(for: pause)
                pause = min(pause * 2, .seconds(5))
            } catch let error as ServerError {
                throw PhaseFailure(error)
            }
        }
    }
}

extension PhaseFailure {
    /// What a server's refusal means for a deployment that runs.
    init(_ error: ServerError) {
        switch error {
        case .unreachable(let reason): self.init(.serverUnreachable, "the server cannot be reached: \(reason)")
        case .refused(let status, let reason) where [401, 403, 409, 410].contains(status):
            self.init(.cancelled, "the server ended this attempt (\(status)): \(reason)")
        case .refused(let status, let reason):
            self.init(.serverUnreachable, "the server refuses what the order needs (\(status)): \(reason)")
        case .malformed(let reason):
            self.init(.serverUnreachable, "the server's answer cannot be understood: \(reason)")
        }
    }
}

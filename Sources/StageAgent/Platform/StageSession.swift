package import AgentProtocol
package import ImageFormat

/// Carries out one signed order.
package protocol OrderCarrying: Sendable {
    /// Runs the order's phases and reports their result to the server. Returns how the stage is to end.
    func carryOut(_ order: SignedDocument) async -> StageEnd
}

/// The talk with the server: greet, then do what it says until there is a reason to reboot.
package struct StageSession: Sendable {
    private let server: any StageServer
    private let carrier: any OrderCarrying
    private let console: StageConsole
    private let serverClock: ServerClock
    private let clock: any Clock<Duration>

    /// How long a server that does not answer is asked again before the host starts over.
    private static let patience = Duration.seconds(300)

    package init(
        server: any StageServer, carrier: any OrderCarrying, console: StageConsole, serverClock: ServerClock,
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.server = server
        self.carrier = carrier
        self.console = console
        self.serverClock = serverClock
        self.clock = clock
    }

    /// Greets with the boot token and follows the assignments. Every way out is a reboot.
    package func run(greeting: Greeting, bootToken: String) async -> StageEnd {
        do {
            let welcome = try await trying("the greeting") {
                try await server.greet(greeting, bootToken: bootToken)
            }
            serverClock.set(welcome.serverTime)
            console.line("ingot: the server has answered the greeting")
            var next = welcome.assignment
            while true {
                switch next {
                case .deploy(let order):
                    console.progress(nil)
                    return await carrier.carryOut(order)
                case .reboot(let reason):
                    return StageEnd(reason: reason, isFailure: false)
                case .wait(let reason, let seconds):
                    try await wait(reason: reason, seconds: seconds)
                    next = try await trying("the assignment") { try await server.assignment() }
                }
            }
        } catch {
            console.progress(nil)
            return StageEnd(reason: Self.text(error), isFailure: true)
        }
    }

    private func wait(reason: String, seconds: Int) async throws {
        let seconds = min(max(seconds, 1), 300)
        console.progress("waiting: \(reason) (asking again every \(seconds) s)")
        try await clock.sleep(for: .seconds(seconds))
    }

    /// Repeats a call while the server cannot be reached; throws what else it throws at once.
    private func trying<Answer>(
        _ name: String, _ call: () async throws -> Answer
    ) async throws -> Answer {
        var schedule = RetrySchedule(limit: Self.patience)
        while true {
            do {
                return try await call()
            } catch ServerError.unreachable(let detail) {
                guard let wait = schedule.failed() else { throw ServerError.unreachable(detail) }
                console.line("no answer to \(name): \(detail); trying again in \(wait.components.seconds) s")
                try await clock.sleep(for: wait)
            }
        }
    }

    private static func text(_ error: any Error) -> String {
        switch error {
        case ServerError.unreachable(let detail): "the server cannot be reached: \(detail)"
        case ServerError.refused(let status, let reason): "the server refuses this stage (\(status)): \(reason)"
        case ServerError.malformed(let detail): "the server's answer cannot be understood: \(detail)"
        default: "\(error)"
        }
    }
}

package import AgentProtocol
package import ImageFormat
package import NIOPosix

/// Carries out a signed order, phase by phase, and tells the server how it ended.
package struct DeploymentRunner: Sendable {
    package let inventory: Inventory
    package let trusted: TrustedKeys
    package let server: any StageServer
    package let platform: any DeploymentPlatform
    package let settings: DeploymentSettings
    /// The console; the server is told as well.
    package let console: any DeploymentReporter
    package let threads: NIOThreadPool
    /// Phases of the order that this agent leaves out: none but in benchmarks and tests.
    package let skipping: Set<PhaseName>

    package init(
        inventory: Inventory, trusted: TrustedKeys, server: any StageServer, platform: any DeploymentPlatform,
        settings: DeploymentSettings, console: any DeploymentReporter, threads: NIOThreadPool,
        skipping: Set<PhaseName> = []
    ) {
        self.inventory = inventory
        self.trusted = trusted
        self.server = server
        self.platform = platform
        self.settings = settings
        self.console = console
        self.threads = threads
        self.skipping = skipping
    }

    /// How a deployment ended.
    package enum Ending: Hashable, Sendable {
        /// The disk is written and proven, and the server knows.
        case committed
        case failed(phase: PhaseName, PhaseFailure)
    }

    /// Checks the order, runs its phases, and reports a failure. Never throws: every end is an `Ending`.
    package func run(_ document: SignedDocument) async -> Ending {
        let forwarder = EventForwarder(server: server, console: console)
        let ending: Ending
        do {
            let order = try OrderCheck.accept(
                document, trusted: trusted, inventory: inventory, now: settings.now())
            let deployment = DeploymentContext(
                order: order, inventory: inventory, trusted: trusted, server: server, platform: platform,
                settings: settings, reporter: forwarder, threads: threads)
            ending = await supervised(deployment, forwarder)
        } catch {
            ending = .failed(phase: .inspect, error)
        }
        if case .failed(let phase, let failure) = ending {
            forwarder.report(.log("\(phase.rawValue) failed: \(failure.message)"))
            await forwarder.flush()
            await report(failure, phase: phase)
        } else {
            await forwarder.flush()
        }
        return ending
    }

    /// Runs the phases while events go to the server; a server that no longer wants them ends the phases.
    private func supervised(_ deployment: DeploymentContext, _ forwarder: EventForwarder) async -> Ending {
        await withTaskGroup(of: Ending?.self) { group in
            group.addTask { await runPhases(deployment, forwarder) }
            group.addTask {
                guard let refusal = await forwarder.run() else { return nil }
                return .failed(phase: forwarder.phase, refusal)
            }
            var endings: [Ending] = []
            while let ending = await group.next() {
                group.cancelAll()
                if let ending { endings.append(ending) }
            }
            // A disk that was committed stays so, whatever the server says of events afterwards.
            return endings.first { $0 == .committed } ?? endings.first
                ?? .failed(phase: .inspect, PhaseFailure(.internal, "the deployment ended without a result"))
        }
    }

    private func runPhases(_ deployment: DeploymentContext, _ forwarder: EventForwarder) async -> Ending {
        for name in deployment.order.phases where !skipping.contains(name) {
            let clock = ContinuousClock()
            let start = clock.now
            deployment.report(.phaseStarted(name))
            do {
                guard let phase = PhaseList.phase(name) else {
                    throw PhaseFailure(.internal, "this agent has no phase '\(name.rawValue)'")
                }
                // Once the disk is committed, nothing may keep the result from the server.
                if name != .report && name != .reboot { try await forwarder.settle(deployment) }
                try await phase.run(deployment)
            } catch {
                return .failed(phase: name, Self.failure(error))
            }
            let milliseconds = Int((clock.now - start) / .milliseconds(1))
            deployment.note { $0.phaseMilliseconds[name.rawValue] = milliseconds }
            deployment.report(.phaseFinished(name, milliseconds: milliseconds))
        }
        return .committed
    }

    private static func failure(_ error: any Error) -> PhaseFailure {
        switch error {
        case let failure as PhaseFailure: failure
        case let error as ServerError: PhaseFailure(error)
        case is CancellationError: PhaseFailure(.cancelled, "the deployment was ended")
        default: PhaseFailure(.internal, "\(error)")
        }
    }

    /// A server that cannot be reached in a minute learns of the failure from the next greeting.
    private func report(_ failure: PhaseFailure, phase: PhaseName) async {
        for _ in 0..<20 {
            do {
                return try await server.report(.failed(phase: phase, code: failure.code, message: failure.message))
            } catch ServerError.unreachable {
                do { try await Task.sleep(for: .seconds(3)) } catch { return }
            } catch {
                return
            }
        }
    }
}

import AgentProtocol
import LinuxSystem

/// Tells the server what was written and proven, until it has taken it in.
struct ReportPhase: Phase {
    let name = PhaseName.report

    func run(_ deployment: DeploymentContext) async throws {
        if let peak = Machine().peakMemory {
            // At once: after the commit the server takes no more events of this attempt.
            try? await deployment.server.send(EventBatch(events: [.log("memory: VmHWM \(peak) kB")]))
        }
        let tally = deployment.tally
        let proof = WriteProof(
            diskIdentity: try deployment.disk.description.identity, bytesFetched: tally.fetched,
            bytesWritten: tally.written, bytesSkipped: tally.skipped, bytesVerified: tally.verified,
            phaseMilliseconds: deployment.phaseMilliseconds)
        // The disk is committed: a server that comes back late must still learn of it.
        try await deployment.patiently(for: max(deployment.settings.patience, .seconds(1800))) {
            try await deployment.server.report(.committed(proof))
        }
    }
}

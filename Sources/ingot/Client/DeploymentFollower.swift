import AgentProtocol
import ArgumentParser
import UserAPI

/// Shows a deployment live until it ends; its exit status is the deployment's.
struct DeploymentFollower: Sendable {
    let client: APIClient

    /// How long a server that restarts may stay away, in seconds.
    private static let patience = 120

    /// Ends with exit status 1 where the deployment did not end well, and 2 where it is done with errors. A connection
    /// that breaks is made again.
    func follow(_ id: String) async throws {
        var last: DeploymentDetail?
        var shown: Int64 = 0
        var silence = 0
        while last?.deployment.state.isFinal != true {
            do {
                try await client.events(APIRoute.events(id)) { event in
                    silence = 0
                    switch event {
                    case .log(let line):
                        guard line.id > shown else { return }
                        shown = line.id
                        Terminal.redraw("")
                        print("\(line.at)  \(line.line)")
                    case .deployment(let detail):
                        Self.show(detail)
                        last = detail
                    }
                }
            } catch let error where last == nil || silence >= Self.patience || error is CancellationError {
                throw error
            } catch {
                Terminal.redraw("the connection to the server broke; trying again")
                silence += 1
                try await Task.sleep(for: .seconds(1))
            }
        }
        Terminal.redraw("")
        if let last { try Self.conclude(last) }
    }

    private static func show(_ detail: DeploymentDetail) {
        let state = detail.deployment.state.rawValue
        guard let phase = detail.deployment.phase, let progress = detail.progress, progress.total > 0 else {
            Terminal.redraw("\(state)\(detail.deployment.phase.map { ": \($0.rawValue)" } ?? "")")
            return
        }
        Terminal.redraw("\(phase.rawValue)  \(Terminal.bar(progress))")
    }

    private static func conclude(_ detail: DeploymentDetail) throws {
        let deployment = detail.deployment
        print("\(deployment.id) is \(deployment.state.rawValue)")
        for phase in PhaseName.all {
            guard let milliseconds = detail.phaseMilliseconds[phase.rawValue] else { continue }
            print("  \(phase.rawValue): \(milliseconds) ms")
        }
        if let failure = detail.failure { print("  \(failure.code.rawValue): \(failure.message)") }
        if deployment.state == .doneWithErrors {
            for error in detail.cloudInitErrors { print("  cloud-init: \(error)") }
            throw ExitCode(2)
        }
        guard deployment.state == .done else { throw ExitCode(1) }
    }
}

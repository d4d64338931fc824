import AgentProtocol
import ArgumentParser
import UserAPI

/// Shows a deployment live until it ends; its exit status is the deployment's.
struct DeploymentFollower: Sendable {
    let client: APIClient

    /// Ends with exit status 1 where the deployment did not end well, and 2 where it is done with errors.
    func follow(_ id: String) async throws {
        var last: DeploymentDetail?
        try await client.events(APIRoute.events(id)) { event in
            switch event {
            case .log(let line):
                Terminal.redraw("")
                print("\(line.at)  \(line.line)")
            case .deployment(let detail):
                Self.show(detail)
                last = detail
            }
        }
        Terminal.redraw("")
        guard let last else { throw CommandError("the server ended the event stream before its first event") }
        try Self.conclude(last)
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
        for (phase, milliseconds) in detail.phaseMilliseconds.sorted(by: { $0.value > $1.value }) {
            print("  \(phase): \(milliseconds) ms")
        }
        if let failure = detail.failure { print("  \(failure.code.rawValue): \(failure.message)") }
        if deployment.state == .doneWithErrors {
            for error in detail.cloudInitErrors { print("  cloud-init: \(error)") }
            throw ExitCode(2)
        }
        guard deployment.state == .done else { throw ExitCode(1) }
    }
}

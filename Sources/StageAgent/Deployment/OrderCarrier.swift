import AgentProtocol
package import ImageFormat

/// Carries out the stage's order with a `DeploymentRunner`.
package struct OrderCarrier: OrderCarrying {
    private let runner: DeploymentRunner

    package init(runner: DeploymentRunner) { self.runner = runner }

    package func carryOut(_ order: SignedDocument) async -> StageEnd {
        switch await runner.run(order) {
        case .committed: StageEnd(reason: "the disk is ready", isFailure: false)
        case .failed(let phase, let failure):
            StageEnd(reason: "\(phase.rawValue) failed (\(failure.code.rawValue)): \(failure.message)", isFailure: true)
        }
    }
}

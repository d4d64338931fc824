import AgentProtocol

/// Ends the deployment. The restart itself belongs to the agent's supervisor, when the agent ends.
struct RebootPhase: Phase {
    let name = PhaseName.reboot

    func run(_ deployment: DeploymentContext) async throws {
        deployment.log("the disk is ready: restarting from \(try deployment.disk.description.summary)")
    }
}

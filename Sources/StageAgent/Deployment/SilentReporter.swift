package import AgentProtocol

/// Where reports end.
package struct SilentReporter: DeploymentReporter {
    package init() {}

    package func report(_ event: AgentEvent) {}
}

package import AgentProtocol
import LinuxSystem

/// Puts the order's files and links into the grown root file system and reads them back after a second mount.
package struct InjectPhase: Phase {
    package let name = PhaseName.inject

    package init() {}

    package func run(_ deployment: DeploymentContext) async throws {
        let root = try deployment.rootPartition
        let injection = Injection(files: deployment.order.files, links: deployment.order.links)
        try await deployment.withMounted(root) { try injection.apply(to: RootTree($0)) }
        try await deployment.withMounted(root, readOnly: true) { try injection.check(RootTree($0)) }
        deployment.log("\(injection.files.count) files and \(injection.links.count) links are in place")
    }
}

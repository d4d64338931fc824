package import Hummingbird
package import ImageStore

/// The router of the boot networks: boot files, scripts, the stage, the agent protocol, manifests and chunks.
/// Nothing of the user API is reachable here.
package struct BootListener: Sendable {
    private let boot: BootRoutes
    private let agents: AgentRoutes
    private let images: ImageRoutes

    /// - Parameters:
    ///   - bootFiles: name -> path of every boot file that may be fetched.
    ///   - stageFiles: name -> path of the stage's kernel and archives.
    package init(
        provisioner: Provisioner, scripts: any BootScriptRendering, bootFiles: [String: String],
        stageFiles: [String: String], chunks: any ChunkStore, manifests: any ManifestStore
    ) {
        boot = BootRoutes(
            provisioner: provisioner, scripts: scripts, bootFiles: bootFiles, stageFiles: stageFiles)
        agents = AgentRoutes(provisioner: provisioner)
        images = ImageRoutes(
            gate: ChunkGate(provisioner: provisioner, manifests: manifests), chunks: chunks, manifests: manifests)
    }

    package func router() -> Router<IngotContext> {
        let router = Router(context: IngotContext.self)
        router.middlewares.add(HeadAnswers())
        router.middlewares.add(Problems())
        boot.add(to: router)
        agents.add(to: router)
        images.add(to: router)
        return router
    }
}

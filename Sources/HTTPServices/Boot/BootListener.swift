package import AgentProtocol
package import Hummingbird
package import ImageStore

/// The router of the boot networks: boot files, scripts, the stage, the agent protocol, manifests and chunks.
/// Nothing of the user API is reachable here.
package struct BootListener: Sendable {
    private let transfers: HTTPTransferObserver
    private let boot: BootRoutes
    private let agents: AgentRoutes
    private let images: ImageRoutes

    /// - Parameters:
    ///   - greeted: is told of every greeting that was taken.
    ///   - transfers: records what is fetched.
    ///   - bootFiles: name -> path of every boot file that may be fetched.
    ///   - stageFiles: name -> path of the stage's kernel and archives.
    package init(
        provisioner: Provisioner, scripts: HostScripts, greeted: @escaping @Sendable (Greeting) -> Void,
        transfers: HTTPTransferObserver, bootFiles: [String: String], stageFiles: [String: String],
        chunks: any ChunkStore, manifests: any ManifestStore
    ) {
        self.transfers = transfers
        let pieces = FilePieces()
        boot = BootRoutes(scripts: scripts, bootFiles: bootFiles, stageFiles: stageFiles, pieces: pieces)
        agents = AgentRoutes(provisioner: provisioner, greeted: greeted)
        images = ImageRoutes(
            gate: ChunkGate(provisioner: provisioner, manifests: manifests), chunks: chunks, manifests: manifests,
            pieces: pieces)
    }

    /// The answers that need no route.
    package var ready: ReadyAnswers {
        { [images] in images.readyAnswer(to: $0) }
    }

    package func router() -> Router<IngotContext> {
        let router = Router(context: IngotContext.self)
        router.middlewares.add(HeadAnswers())
        router.middlewares.add(Problems())
        router.middlewares.add(transfers)
        boot.add(to: router)
        agents.add(to: router)
        images.add(to: router)
        return router
    }
}

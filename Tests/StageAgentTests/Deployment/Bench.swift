import AgentProtocol
import Crypto
import FoundationEssentials
import ImageFormat
import NIOPosix
import NetworkTypes
import StageAgent

/// Everything that a deployment onto a loop device needs; tests change what they are about.
struct Bench {
    static let now: Int64 = 1_700_000_000

    let key = Curve25519.Signing.PrivateKey()
    var image: TestImage
    let loop: LoopDisk
    var order: Order
    var inventory: Inventory
    var platform: any DeploymentPlatform
    /// The key that the manifest is signed with, if it is another than the stage trusts.
    var manifestKey: Curve25519.Signing.PrivateKey?
    var fault: FakeStageServer.Fault = { frame, _ in frame }
    var skipping: Set<PhaseName> = [.inject, .bootloader]

    init(megabytes: Int = 96, sectorSize: Int = 512, image: TestImage? = nil) throws {
        let mac = MACAddress("52:54:00:00:00:01")
        self.image = try image ?? TestImage()
        loop = try LoopDisk(megabytes: megabytes, sectorSize: sectorSize)
        let disk = try loop.description()
        let macs = [mac].compactMap(\.self)
        order = Order(
            deploymentID: "d-1", attempt: 1, maximumAttempts: 3, host: HostBinding(systemUUID: nil, macs: macs),
            disk: DiskBinding(of: disk, mayOverwrite: false), manifest: ChunkDigest(of: []), imageLabel: "test",
            nonce: "00", issuedAt: Self.now, expiresAt: Self.now + 900, files: [], links: [])
        inventory = Inventory(
            systemUUID: nil, serial: nil, vendor: nil, product: nil, firmware: .uefi, secureBoot: nil, memory: 0,
            processors: 1, nics: macs.map { NIC(name: "eth0", mac: $0, driver: nil, hasLink: true, speed: nil) },
            disks: [disk])
        platform = MachineDisks(only: [loop.path])
        order.manifest = ChunkDigest(of: Array(try self.image.manifest.encoded()))
    }

    static func sign(_ payload: Data, _ key: Curve25519.Signing.PrivateKey) throws -> SignedDocument {
        SignedDocument(
            payload: payload, signature: try key.signature(for: payload), keyID: KeyID(of: key.publicKey))
    }

    /// Runs the order; returns how it ended and the server that saw it.
    func run() async throws -> (ending: DeploymentRunner.Ending, server: FakeStageServer) {
        let server = FakeStageServer(
            image: image, document: try Self.sign(image.manifest.encoded(), manifestKey ?? key), fault: fault)
        let threads = NIOThreadPool(numberOfThreads: 4)
        threads.start()
        var settings = DeploymentSettings { Self.now + 10 }
        settings.patience = .seconds(3)
        let runner = DeploymentRunner(
            inventory: inventory, trusted: TrustedKeys([key.publicKey]), server: server, platform: platform,
            settings: settings, console: SilentReporter(), threads: threads, skipping: skipping)
        let ending = await runner.run(try Self.sign(JSONEncoder().encode(order), key))
        try await threads.shutdownGracefully()
        return (ending, server)
    }

    /// The code that the run failed with; nil where it did not.
    func failure() async throws -> FailureCode? {
        let (ending, server) = try await run()
        guard case .failed(let phase, let failure) = ending else { return nil }
        guard case .failed(phase, failure.code, failure.message)? = server.results.last else { return nil }
        return failure.code
    }
}

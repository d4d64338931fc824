import AccessPolicy
import AgentProtocol
import BootScripts
import BootServices
import Crypto
import FoundationEssentials
import FuzzSupport
import HTTPServices
import ImageFormat
import ImageStore
import NIOCore
import NetworkTypes
import Provisioning
import ServiceLifecycle
import Store
import UserAPI

/// The boot listener as the server runs it, on loopback, over real stores in a directory of its own. Two hosts are known:
/// one stage carries an order out, one system has been written and is about to call home.
final class FuzzedListener: Sendable {
    let port: Int
    /// What stands in an input for what no input can know -> what it is here.
    let secrets: [(name: String, value: String)]
    private let directory: String
    private let store: Store
    private let services: ServiceGroup
    private let serving: Task<Void, any Error>

    init() async throws {
        directory = FileManager.default.temporaryDirectory.path + "/listener-\(UInt64.random(in: .min ... .max))"
        try Self.write("a boot file", to: directory + "/files/snponly.efi")
        try Self.write("a kernel", to: directory + "/files/vmlinuz")
        let key = Curve25519.Signing.PrivateKey()
        store = try Store(path: directory + "/ingot.sqlite")
        let provisioner = Provisioner(
            store: store, documents: OneKey(key: key), receipts: PlainReceipts(), seeds: NoSeeds(),
            serverVersion: "fuzz", clock: { Int64(Date.now.timeIntervalSince1970) }, observer: SpokenTimeline(),
            log: SpokenLog.logger("provisioner"))
        let chunks = try DirectoryChunkStore(path: directory + "/chunks")
        let manifests = try DirectoryManifestStore(path: directory + "/manifests")
        let image = Rack(provisioner: provisioner, store: store)
        let (manifest, chunk) = try await image.addImage(chunks: chunks, manifests: manifests, key: key)
        let running = try await image.stage(of: 1)
        let committed = try await image.stage(of: 2)
        try await provisioner.record(
            .committed(Rack.proof), session: try await provisioner.session(token: committed.session))
        let listener = BootListener(
            provisioner: provisioner,
            scripts: HostScripts(
                provisioner: provisioner, ipxe: try BootFilesOnDisk.scripts(in: "ipxe"),
                grub: try BootFilesOnDisk.grubScripts(in: "ipxe"), localBoot: { _ in .standard }, asked: { _ in },
                observer: SpokenTimeline(), milliseconds: { 0 }, log: SpokenLog.logger("scripts")),
            greeted: { _ in },
            transfers: HTTPTransferObserver(
                observer: SpokenTimeline(), macOf: { _ in Rack.mac(1) }, now: { 0 }),
            bootFiles: ["snponly.efi": directory + "/files/snponly.efi"],
            stageFiles: ["vmlinuz": directory + "/files/vmlinuz"], chunks: chunks, manifests: manifests)
        let (ports, bound) = AsyncStream.makeStream(of: Int.self)
        let service = ListenerLimits().application(
            listener.router(), ready: listener.ready, address: "127.0.0.1", port: 0, log: SpokenLog.logger("boot"),
            bound: { bound.yield($0) })
        let services = ServiceGroup(services: [service], logger: SpokenLog.logger("services"))
        self.services = services
        serving = Task { try await services.run() }
        guard let port = await ports.first(where: { _ in true }) else { preconditionFailure("no port") }
        self.port = port
        secrets = [
            ("{boot}", try await image.bootToken(of: 3)), ("{session}", running.session),
            ("{manifest}", manifest.description), ("{chunk}", chunk.description),
            ("{deployment}", committed.deployment.id), ("{nonce}", committed.deployment.nonce),
        ]
    }

    func end() async throws {
        await services.triggerGracefulShutdown()
        try await serving.value
        try store.close()
        try FileManager.default.removeItem(atPath: directory)
    }

    private static func write(_ text: String, to path: String) throws {
        let file = URL(filePath: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }
}

/// What hosts and an administrator did before.
private struct Rack {
    static let proof = WriteProof(
        diskIdentity: "D1", bytesFetched: 1, bytesWritten: 2, bytesSkipped: 0, bytesVerified: 1 << 20,
        phaseMilliseconds: [:])

    let provisioner: Provisioner
    let store: Store

    static func mac(_ last: UInt8) -> MACAddress {
        guard let address = MACAddress([0x02, 0, 0x5E, 0x10, 0x20, last] as [UInt8]) else { preconditionFailure() }
        return address
    }

    /// The private image `debian-12`, of one chunk.
    func addImage(
        chunks: DirectoryChunkStore, manifests: DirectoryManifestStore, key: Curve25519.Signing.PrivateKey
    ) async throws -> (manifest: ChunkDigest, chunk: ChunkDigest) {
        let chunk = ChunkDigest(of: [1])
        try await chunks.write([CompressedChunk(digest: chunk, frame: ByteBuffer(string: "a frame"))])
        try await chunks.synchronize()
        let manifest = Manifest(
            diskSize: Self.proof.bytesVerified, sectorSize: 512, chunks: [chunk],
            partitionTable: PartitionTable(label: "gpt", diskGUID: "", partitions: []), os: OSFacts(),
            firmware: ["bios", "uefi"])
        let digest = try await manifests.write(OneKey(key: key).sign(document: Array(manifest.encoded())))
        try await store.index(manifest: digest, chunks: [IndexedChunk(digest: chunk, storedSize: 7)], now: 0)
        _ = try await store.write { tx in
            let image = Image(id: "im-1", ownerID: Account.firstID, name: "debian-12", createdAt: 0)
            try tx.save(image)
            return try tx.addRevision(imageID: image.id, digest: digest, manifest: manifest, now: 0)
        }
        return (digest, chunk)
    }

    /// A host whose stage carries out an order for the image.
    func stage(of last: UInt8) async throws -> (session: String, deployment: Deployment) {
        _ = try await greet(last, bootID: "first")
        let host = try await provisioner.accept(host: Self.mac(last).description, name: nil)
        let order = DeploymentOrder(
            host: host.name, image: "debian-12", revision: nil, diskRule: "", mayOverwrite: false, settings: "{}")
        let administrator = Account(id: Account.firstID, name: "administrator", role: .administrator, createdAt: 0)
        let deployment = try await provisioner.order(order, by: administrator)
        return (try await greet(last, bootID: "second").sessionToken, deployment)
    }

    func bootToken(of last: UInt8) async throws -> String {
        guard case .stage(let token) = try await provisioner.bootPlan(mac: Self.mac(last)) else {
            preconditionFailure("no stage")
        }
        return token
    }

    private func greet(_ last: UInt8, bootID: String) async throws -> Welcome {
        let disk = Disk(
            name: "sda", size: 8 << 30, sectorSize: 512, serial: "D1", wwn: nil, model: nil, transport: .sata,
            isRemovable: false, isReadOnly: false, isRotational: false, path: "pci0000:00/\(last)", signatures: [])
        let inventory = Inventory(
            systemUUID: nil, serial: nil, vendor: nil, product: nil, firmware: .uefi, secureBoot: false,
            memory: 1 << 30, processors: 1,
            nics: [NIC(name: "eth0", mac: Self.mac(last), driver: nil, hasLink: true, speed: nil)], disks: [disk])
        return try await provisioner.greet(
            Greeting(bootID: bootID, bootMAC: Self.mac(last), inventory: inventory),
            bootToken: try await bootToken(of: last), serverURL: "http://127.0.0.1:8080")
    }
}

private struct OneKey: DocumentSigning {
    let key: Curve25519.Signing.PrivateKey

    func sign(document payload: [UInt8]) throws -> SignedDocument {
        SignedDocument(
            payload: Data(payload), signature: try key.signature(for: payload), keyID: KeyID(of: key.publicKey))
    }
}

private struct PlainReceipts: ReceiptSigning {
    func signReceipt(_ json: [UInt8]) throws -> String { String(decoding: json, as: UTF8.self) }
}

private struct NoSeeds: SeedRendering {
    func check(settings: String, host: Host) {}

    func seed(
        settings: String, deployment: Deployment, host: Host, bootMAC: MACAddress, serverURL: String
    ) throws -> (files: [InjectedFile], links: [InjectedLink]) { ([], []) }
}

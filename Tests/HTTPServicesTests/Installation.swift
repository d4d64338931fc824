import AccessPolicy
import AgentProtocol
import Crypto
import FoundationEssentials
import HTTPServices
import Hummingbird
import ImageFormat
import Logging
import NIOCore
import NetworkTypes
import Provisioning
import Store
import Subprocess
import Synchronization
import UserAPI

/// A server without sockets: the real store in a directory of its own, real signatures, a clock that tests move.
final class Installation: Sendable {
    static let mac = address(1)
    static let otherMAC = address(2)

    private static func address(_ last: UInt8) -> MACAddress {
        guard let address = MACAddress([0x52, 0x54, 0, 0, 0, last] as [UInt8]) else { preconditionFailure() }
        return address
    }

    let store: Store
    let provisioner: Provisioner
    let key = Curve25519.Signing.PrivateKey()
    let now: ManualClock
    private let directory: String

    init() throws {
        var generator = SystemRandomNumberGenerator()
        directory = "/tmp/ingot-test-" + String(generator.next() as UInt64, radix: 16)
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        store = try Store(path: directory + "/ingot.sqlite")
        now = ManualClock()
        provisioner = Installation.makeProvisioner(store: store, key: key, clock: now)
    }

    /// What a server that starts now makes of the same store.
    func restarted() -> Provisioner { Self.makeProvisioner(store: store, key: key, clock: now) }

    private static func makeProvisioner(
        store: Store, key: Curve25519.Signing.PrivateKey, clock: ManualClock
    ) -> Provisioner {
        Provisioner(
            store: store, documents: FixedKeySigner(key: key), receipts: PlainReceipts(), seeds: NoSeeds(),
            serverVersion: "test", clock: { clock.value }, log: log)
    }

    static let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// Changes the database past the store.
    func sql(_ text: String) async throws {
        let result = try await Subprocess.run(
            .name("python3"),
            arguments: [
                "-c", "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])",
                directory + "/ingot.sqlite", text,
            ], output: .discarded, error: .string(limit: 1 << 16))
        guard result.terminationStatus.isSuccess else { throw TestFailure(result.standardError) }
    }

    static func disk(serial: String = "D1", size: UInt64 = 8 << 30) -> Disk {
        Disk(
            name: "vda", size: size, sectorSize: 512, serial: serial, wwn: nil, model: nil, transport: .virtio,
            isRemovable: false, isReadOnly: false, isRotational: false, path: "pci0000:00/\(serial)", signatures: [])
    }

    static func inventory(mac: MACAddress = mac, uuid: String? = nil, disks: [Disk] = [disk()]) -> Inventory {
        Inventory(
            systemUUID: uuid.flatMap { SystemUUID($0) }, serial: nil, vendor: nil, product: nil, firmware: .uefi,
            secureBoot: false, memory: 1 << 30, processors: 1,
            nics: [NIC(name: "eth0", mac: mac, driver: nil, hasLink: true, speed: nil)], disks: disks)
    }

    static func greeting(
        bootID: String = "boot-1", mac: MACAddress = mac, disks: [Disk] = [disk()]
    ) -> Greeting {
        Greeting(bootID: bootID, bootMAC: mac, inventory: inventory(mac: mac, disks: disks))
    }

    /// What a script for this MAC address hands out.
    func bootToken(_ mac: MACAddress = mac) async throws -> String? {
        guard case .stage(let token) = try await provisioner.bootPlan(mac: mac) else { return nil }
        return token
    }

    func greet(_ greeting: Greeting = greeting()) async throws -> Welcome {
        guard let token = try await bootToken(greeting.bootMAC) else { throw TestFailure("no stage for this host") }
        return try await provisioner.greet(greeting, bootToken: token, serverURL: "http://10.0.0.1:8080")
    }

    /// The size of every image's disk in bytes.
    static let imageSize: UInt64 = 1 << 20

    /// An image with one chunk.
    func addImage(_ name: String = "debian-12", chunk: ChunkDigest = ChunkDigest(of: [1])) async throws -> Manifest {
        let manifest = Manifest(
            diskSize: Self.imageSize, sectorSize: 512, chunks: [chunk],
            partitionTable: PartitionTable(label: "gpt", diskGUID: "", partitions: []), os: OSFacts(),
            firmware: ["bios", "uefi"])
        let digest = ChunkDigest(of: Array(try manifest.encoded()))
        try await store.index(
            manifest: digest, chunks: [IndexedChunk(digest: chunk, storedSize: 1000)], now: now.value)
        _ = try await store.write { tx in
            var image = try tx.image(ownerID: Account.firstID, name: name)
            if image == nil {
                let new = Image(id: "im-\(name)", ownerID: Account.firstID, name: name, createdAt: 0)
                try tx.save(new)
                image = new
            }
            guard let image else { throw TestFailure("no image") }
            return try tx.addRevision(imageID: image.id, digest: digest, manifest: manifest, now: 0)
        }
        return manifest
    }

    /// Makes an image public, with its first revision in the stable channel, or takes that back.
    func publish(_ name: String = "debian-12", isPublic: Bool = true) async throws {
        try await store.write { tx in
            guard var image = try tx.image(ownerID: Account.firstID, name: name),
                var revision = try tx.revisions(imageID: image.id).first
            else { throw TestFailure("no image") }
            image.visibility = isPublic ? .public : .private
            revision.channel = .stable
            try tx.save(image)
            try tx.update(revision)
        }
    }

    /// The account that every installation has.
    static let administrator = Account(
        id: Account.firstID, name: "administrator", role: .administrator, createdAt: 0)

    /// A new account, and a token of it.
    func account(_ name: String, _ role: AccountRole, quota: Int? = nil) async throws -> (id: String, token: String) {
        let summary = try await AccountDesk(provisioner: provisioner).add(
            AccountRequest(name: name, role: role, imageQuota: quota))
        return (summary.id, try await provisioner.makeAPIToken(name: "test", accountID: summary.id))
    }

    /// Disables an account behind the back of what runs for it.
    func disable(_ id: String) async throws {
        try await store.write { tx in
            guard var account = try tx.account(id: id) else { throw TestFailure("no account") }
            account.isEnabled = false
            try tx.save(account)
        }
    }

    func cancel(_ id: String) async throws -> Deployment {
        try await provisioner.cancel(deploymentID: id, by: Self.administrator)
    }

    /// A host that greeted, was accepted, and has an order.
    func orderedHost() async throws -> Deployment {
        _ = try await addImage()
        _ = try await greet()
        let host = try await provisioner.accept(host: Self.mac.description, name: "db1")
        return try await order(host: host.name)
    }

    func order(host: String, image: String = "debian-12") async throws -> Deployment {
        try await provisioner.order(
            DeploymentOrder(
                host: host, image: image, revision: nil, diskRule: "", mayOverwrite: false, settings: "{}"),
            by: Self.administrator)
    }

    func deployment(_ id: String) async throws -> Deployment? { try await store.read { try $0.deployment(id: id) } }

    /// The order in an assignment, if it holds one with a right signature.
    func order(in assignment: Assignment) throws -> Order? {
        guard case .deploy(let document) = assignment else { return nil }
        return try JSONDecoder().decode(Order.self, from: TrustedKeys([key.publicKey]).verify(document))
    }

    static let proof = WriteProof(
        diskIdentity: "D1", bytesFetched: 1, bytesWritten: 2, bytesSkipped: 0, bytesVerified: imageSize,
        phaseMilliseconds: [:])
}

/// Seconds that only tests move.
final class ManualClock: Sendable {
    private let seconds = Mutex<Int64>(1_700_000_000)

    var value: Int64 { seconds.withLock { $0 } }

    func advance(by count: Int64) { seconds.withLock { $0 += count } }
}

struct TestFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

struct FixedKeySigner: DocumentSigning {
    let key: Curve25519.Signing.PrivateKey

    func sign(document payload: [UInt8]) throws -> SignedDocument {
        SignedDocument(
            payload: Data(payload), signature: try key.signature(for: payload), keyID: KeyID(of: key.publicKey))
    }
}

struct PlainReceipts: ReceiptSigning {
    func signReceipt(_ json: [UInt8]) throws -> String { String(decoding: json, as: UTF8.self) }
}

struct NoSeeds: SeedRendering {
    func check(settings: String, host: Host) {}

    func seed(
        settings: String, deployment: Deployment, host: Host, bootMAC: MACAddress, serverURL: String
    ) throws -> (files: [InjectedFile], links: [InjectedLink]) { ([], []) }
}

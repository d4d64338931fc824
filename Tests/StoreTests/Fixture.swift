import AccessPolicy
import AgentProtocol
import ImageFormat
import LeasePolicy
import NetworkTypes
import Provisioning
import Store

/// Values that the tests of this target share.
enum Fixture {
    static func mac(_ number: UInt8) -> MACAddress {
        guard let mac = MACAddress([0x52, 0x54, 0, 0, 0, number] as [UInt8]) else { return .zero }
        return mac
    }

    static func host(
        _ id: String, name: String? = nil, uuid: SystemUUID? = nil, macs: [UInt8] = [], inventory: Inventory? = nil
    ) -> Host {
        Host(
            id: id, name: name ?? "name-of-\(id)", systemUUID: uuid, serial: "serial of \(id)", macs: macs.map(mac),
            standing: .accepted, isProtected: true, inventory: inventory, firstSeen: 1, lastSeen: 2)
    }

    static let disk = Disk(
        name: "vda", size: 8 << 30, sectorSize: 512, serial: "D1", wwn: nil, model: nil, transport: .virtio,
        isRemovable: false, isReadOnly: false, isRotational: false, path: "pci0000:00/D1", signatures: [])

    static let inventory = Inventory(
        systemUUID: nil, serial: "S'1", vendor: nil, product: "Größe \"8\"", firmware: .uefi, secureBoot: false,
        memory: 1 << 40, processors: 1,
        nics: [NIC(name: "eth0", mac: mac(1), driver: nil, hasLink: true, speed: 1000)], disks: [disk])

    static func deployment(_ id: String, host: String = "h-1") -> Deployment {
        Deployment(
            id: id, hostID: host, accountID: Account.firstID, imageID: "im-debian-12", imageName: "debian-12",
            revision: 1, manifest: ChunkDigest(of: [1]), diskRule: "",
            mayOverwrite: false, disk: nil, nonce: "nonce of \(id)", createdAt: 0, expiresAt: 1000)
    }

    /// An image of the first account.
    static func image(_ name: String) -> Image {
        Image(id: "im-\(name)", ownerID: Account.firstID, name: name, createdAt: 0)
    }

    static let manifest = Manifest(
        diskSize: 3 << 20, sectorSize: 512, chunks: [ChunkDigest(of: [1]), nil, ChunkDigest(of: [2])],
        partitionTable: PartitionTable(label: "gpt", diskGUID: "", partitions: []),
        os: OSFacts(id: "debian", version: "12"), firmware: ["bios", "uefi"])

    /// The lease of 10.0.0.`number`.
    static func lease(_ number: UInt8, hostName: String? = nil, expiresAt: Int64 = 600) -> Lease {
        Lease(
            address: IPv4Address(10, 0, 0, number), mac: mac(number), hostName: hostName, grantedAt: 0,
            expiresAt: expiresAt)
    }
}

extension StoreTransaction {
    /// Adds a revision to `Fixture.image(image)`, which is made if it is new.
    func addRevision(
        image: String, digest: ChunkDigest, manifest: Manifest, now: Int64
    ) throws -> RevisionRecord {
        if try self.image(id: "im-\(image)") == nil { try save(Fixture.image(image)) }
        return try addRevision(imageID: "im-\(image)", digest: digest, manifest: manifest, now: now)
    }
}

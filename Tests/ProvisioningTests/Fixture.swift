import AgentProtocol
import ImageFormat
import NetworkTypes
import Provisioning

/// Values that the tests of this target share.
enum Fixture {
    static func disk(serial: String = "D1") -> Disk {
        Disk(
            name: "vda", size: 8 << 30, sectorSize: 512, serial: serial, wwn: nil, model: nil, transport: .virtio,
            isRemovable: false, isReadOnly: false, isRotational: false, path: "/pci0000:00/\(serial)", signatures: [])
    }

    static func inventory(disks: [Disk] = [disk()]) -> Inventory {
        Inventory(
            systemUUID: nil, serial: nil, vendor: nil, product: nil, firmware: .uefi, secureBoot: false,
            memory: 1 << 30, processors: 1, nics: [], disks: disks)
    }

    static let proof = WriteProof(
        diskIdentity: "D1", bytesFetched: 1, bytesWritten: 2, bytesSkipped: 0, bytesVerified: 3,
        phaseMilliseconds: ["write": 10])

    static func deployment(disk: Disk? = nil) -> Deployment {
        Deployment(
            id: "d-1", hostID: "h-1", imageName: "debian-12", revision: 1, manifest: ChunkDigest(of: [1]),
            diskRule: "", mayOverwrite: false, disk: disk, nonce: "n0", createdAt: 0, expiresAt: 1000)
    }

    static func committed() throws -> Deployment {
        var deployment = deployment()
        _ = try deployment.open(inventory: inventory(), bootID: "stage-1", now: 10)
        try deployment.finish(.committed(proof), attempt: 1, now: 20)
        return deployment
    }

    static func call(
        nonce: String = "n0", bootID: String = "system-1", serial: String = "D1", status: String = "done"
    ) -> CallHome {
        CallHome(
            deploymentID: "d-1", nonce: nonce, bootID: bootID, machineID: "m", rootDiskSerial: serial,
            rootDiskPath: "/x", cloudInitStatus: status, cloudInitErrors: [])
    }
}

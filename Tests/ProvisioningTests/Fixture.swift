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

    /// The image's disk in bytes.
    static let imageSize: UInt64 = 1 << 20

    static let proof = makeProof()

    static func makeProof(disk: String = "D1", verified: UInt64 = imageSize) -> WriteProof {
        WriteProof(
            diskIdentity: disk, bytesFetched: 1, bytesWritten: 2, bytesSkipped: 0, bytesVerified: verified,
            phaseMilliseconds: ["write": 10])
    }

    static func deployment(disk: Disk? = nil) -> Deployment {
        Deployment(
            id: "d-1", hostID: "h-1", accountID: "a-1", imageID: "im-1", imageName: "debian-12", revision: 1,
            manifest: ChunkDigest(of: [1]),
            diskRule: "", mayOverwrite: false, disk: disk, nonce: "n0", createdAt: 0, expiresAt: 1000)
    }

    /// A deployment whose first attempt began at `now`.
    static func running(now: Int64 = 10) throws -> Deployment {
        var deployment = deployment()
        _ = try deployment.open(inventory: inventory(), bootID: "stage-1", now: now)
        return deployment
    }

    /// A deployment whose first attempt failed, so that the second is to come.
    static func failedOnce() throws -> Deployment {
        var deployment = try running()
        try deployment.finish(
            .failed(phase: .write, code: .diskError, message: "sector 7"), attempt: 1, imageSize: imageSize, now: 20)
        return deployment
    }

    static func committed() throws -> Deployment {
        var deployment = try running()
        try deployment.finish(.committed(proof), attempt: 1, imageSize: imageSize, now: 20)
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

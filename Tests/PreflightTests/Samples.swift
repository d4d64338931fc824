import AgentProtocol
import NetworkTypes
import Preflight
import PreflightFacts

/// An image without a fault, and a host that it fits.
enum Sample {
    static let virtioDisk = [
        "virtio:d00000002v00001AF4", "pci:v00001AF4d00001042sv00001AF4sd00001100bc01sc00i00",
        "pci:v00001B36d0000000Csv00000000sd00000000bc06sc04i00",
    ]
    static let sataDisk = ["scsi:t-0x00", "pci:v00008086d00002922sv00001AF4sd00001100bc01sc06i01"]
    static let virtioCard = [
        "virtio:d00000001v00001AF4", "pci:v00001AF4d00001041sv00001AF4sd00001100bc02sc00i00",
    ]
    static let intelCard = ["pci:v00008086d000010D3sv00008086sd00000000bc02sc00i00"]

    static let kernel = KernelDrivers(
        version: "6.1.0-13-amd64",
        drivers: [
            DriverFacts(
                name: "ahci", aliases: ["pci:v*d*sv*sd*bc01sc06i01*"], dependencies: ["libahci", "libata", "scsi_mod"]),
            DriverFacts(name: "e1000e", aliases: ["pci:v00008086d000010D3sv*sd*bc*sc*i*"]),
            DriverFacts(name: "nvme", aliases: ["pci:v*d*sv*sd*bc01sc08i02*"]),
            DriverFacts(name: "sd_mod", aliases: ["scsi:t-0x00*"]),
            DriverFacts(name: "virtio_blk", aliases: ["virtio:d00000002v*"], dependencies: ["virtio"]),
            DriverFacts(name: "virtio_net", aliases: ["virtio:d00000001v*"]),
            DriverFacts(name: "virtio_pci", aliases: ["pci:v00001AF4d*sv*sd*bc*sc*i*"], dependencies: ["virtio"]),
        ], builtin: ["nvme", "scsi_mod"], knowsBuiltinAliases: true,
        initramfs: ["ahci", "ext4", "libahci", "libata", "sd_mod", "virtio", "virtio_blk", "virtio_pci"])

    static let facts = ImageFacts(
        firmware: FirmwareFacts(modes: ["bios", "uefi"], hasSystemPartition: true, isLoaderSigned: true),
        sectorSize: 512, diskSize: 2 << 30, root: RootFacts(fileSystem: "ext4", isLast: true),
        system: SystemFacts(
            hasEtc: true, kernels: [KernelFacts(version: "6.1.0-13-amd64")],
            cloudInit: CloudInitFacts(version: "22.4.2")))

    static func disk(
        _ serial: String = "D1", size: UInt64 = 8 << 30, sectorSize: Int = 512, transport: DiskTransport = .virtio,
        aliases: [String]? = virtioDisk
    ) -> Disk {
        Disk(
            name: "vda", size: size, sectorSize: sectorSize, serial: serial, wwn: nil, model: nil,
            transport: transport, isRemovable: false, isReadOnly: false, isRotational: false,
            path: "pci0000:00/\(serial)", signatures: [], modaliases: aliases)
    }

    static func nic(_ last: UInt8 = 1, driver: String? = "virtio_net", aliases: [String]? = virtioCard) -> NIC {
        NIC(
            name: "eth0", mac: MACAddress([0x52, 0x54, 0, 0, 0, last] as [UInt8]) ?? .zero, driver: driver,
            hasLink: true, speed: nil, modaliases: aliases)
    }

    static func host(
        firmware: FirmwareMode = .uefi, secureBoot: Bool? = true, disks: [Disk] = [disk()], nics: [NIC] = [nic()]
    ) -> HostHardware {
        HostHardware(
            Inventory(
                systemUUID: nil, serial: nil, vendor: "QEMU", product: "Standard PC", firmware: firmware,
                secureBoot: secureBoot, memory: 1 << 30, processors: 1, nics: nics, disks: disks))
    }

    static func kernel(_ change: (inout KernelDrivers) -> Void) -> KernelDrivers {
        var kernel = kernel
        change(&kernel)
        return kernel
    }

    static func facts(_ change: (inout ImageFacts) -> Void) -> ImageFacts {
        var facts = facts
        change(&facts)
        return facts
    }
}

import Glibc
import LinuxSystem
import Testing

/// Disks as `/sys` describes them, tools, and errors of devices.
struct DiskTests {
    @Test func describesADiskFromItsAttributes() throws {
        let tree = try FakeTree([
            "/sys/devices/pci0000:00/0000:00:04.0/modalias": "pci:a\n",
            "/sys/devices/pci0000:00/0000:00:04.0/virtio1/modalias": "virtio:b\n",
            "/sys/devices/pci0000:00/0000:00:04.0/virtio1/block/vda/size": "16777216\n",
            "/sys/devices/pci0000:00/0000:00:04.0/virtio1/block/vda/serial": "  ROOT-1 \n",
            "/sys/devices/pci0000:00/0000:00:04.0/virtio1/block/vda/queue/logical_block_size": "4096\n",
            "/sys/devices/pci0000:00/0000:00:04.0/virtio1/block/vda/queue/rotational": "1\n",
            "/sys/devices/pci0000:00/0000:00:04.0/virtio1/block/vda/removable": "0\n",
            "/sys/devices/pci0000:00/0000:00:04.0/virtio1/block/vda/ro": "1\n",
            "/sys/devices/pci0000:00/0000:00:04.0/virtio1/block/vda/vda1/partition": "1\n",
            "/sys/devices/pci0000:00/0000:00:04.0/virtio1/block/vda/vda1/holders/dm-0": "",
            "/sys/devices/virtual/block/ram0/size": "8192\n",
            "/sys/devices/virtual/block/loop0/size": "0\n",
            "/sys/block/README": "",
        ])
        try tree.link("/sys/block/vda", to: "../devices/pci0000:00/0000:00:04.0/virtio1/block/vda")
        try tree.link("/sys/block/ram0", to: "../devices/virtual/block/ram0")
        try tree.link("/sys/block/loop0", to: "../devices/virtual/block/loop0")
        let disks = DiskEnumeration(root: tree.root).disks()
        let disk = try #require(disks.first)
        #expect(disks.count == 1)
        #expect(disk.name == "vda")
        #expect(disk.size == 8 << 30)
        #expect(disk.sectorSize == 4096)
        #expect(disk.serial == "ROOT-1")
        #expect(disk.wwn == nil)
        #expect(disk.transport == .virtio)
        #expect(disk.isRotational && disk.isReadOnly && !disk.isRemovable)
        #expect(disk.path == "pci0000:00/0000:00:04.0/virtio1/block/vda")
        #expect(disk.modaliases == ["virtio:b", "pci:a"])
        #expect(disk.partitions == [1])
        #expect(disk.holders == ["dm-0"])
    }

    @Test func readsAScsiSerialFromItsPage() throws {
        let base = "/sys/devices/pci0000:00/ata1/host0/target0:0:0/0:0:0:0/block/sda"
        let tree = try FakeTree([
            "/sys/block/README": "", "\(base)/size": "2048\n", "\(base)/device/wwid": "naa.5000c500a1b2c3d4\n",
        ])
        try tree.add("\(base)/device/vpd_pg80", [0, 0x80, 0, 6] + Array(" S4X1 ".utf8) + [0xFF])
        try tree.link("/sys/block/sda", to: String("..\(base.dropFirst(4))"))
        let disk = try #require(DiskEnumeration(root: tree.root).disks().first)
        #expect(disk.serial == "S4X1")
        #expect(disk.wwn == "naa.5000c500a1b2c3d4")
        #expect(disk.transport == .sata)
    }

    @Test func aToolsFailureCarriesItsOutput() throws {
        #expect(try Tool.run(["sh", "-c", "echo out; echo err >&2; exit 3"], accepting: [3]).output == "out\nerr")
        #expect {
            try Tool.run(["sh", "-c", "echo broken; exit 4"])
        } throws: { error in
            "\(error)".contains("status 4: broken")
        }
        #expect(try Tool.run(["sh", "-c", "kill -9 $$"], accepting: [137]).status == 137)
        #expect(throws: DiskError.self) { try Tool.run(["no-such-program-of-ingot"]) }
    }

    @Test func aFileIsNoBlockDevice() throws {
        let path = "/var/tmp/ingot-test-\(UInt64.random(in: 0 ... .max))"
        try Tool.run(["truncate", "-s", "1M", path])
        defer { unlink(path) }
        #expect(throws: DiskError.self) { try BlockDevice(path: path) }
        #expect(throws: DiskError.self) { try BlockDevice(path: "/dev/no-such-disk") }
    }

    @Test func readingAndWritingBeyondTheEndFails() throws {
        let path = "/var/tmp/ingot-test-\(UInt64.random(in: 0 ... .max))"
        try Tool.run(["truncate", "-s", "1M", path])
        defer { unlink(path) }
        let loop = try Tool.run(["losetup", "--find", "--show", path]).output
        defer { _ = try? Tool.run(["losetup", "--detach", loop]) }
        let device = try BlockDevice(path: loop)
        let buffer = try AlignedBuffer(count: 8192)
        #expect(device.size == 1 << 20)
        buffer.memory.initializeMemory(as: UInt8.self, repeating: 7)
        try device.write(UnsafeRawBufferPointer(buffer.memory), at: (1 << 20) - 8192)
        try device.zero((1 << 20) - 4096..<1 << 20)
        try device.flush()
        try device.dropCaches()
        try device.read(into: buffer.memory, at: (1 << 20) - 8192)
        #expect(buffer.memory[..<4096].allSatisfy { $0 == 7 })
        #expect(buffer.memory[4096...].allSatisfy { $0 == 0 })
        #expect(throws: DiskError.self) { try device.read(into: buffer.memory, at: (1 << 20) - 4096) }
        #expect(throws: DiskError.self) { try device.write(UnsafeRawBufferPointer(buffer.memory), at: 1 << 20) }
    }
}

import LinuxSystem
import NetworkTypes
import Testing

struct MachineTests {
    @Test func readsWhatFirmwareTells() throws {
        let files = try FakeTree([
            "/sys/class/dmi/id/product_name": "PowerEdge  R640 \n", "/sys/class/dmi/id/product_serial": "ABC\n",
            "/sys/class/dmi/id/product_uuid": "4c4c4544-0039-3510-8052-b4c04f564433\n",
            "/proc/meminfo": "MemTotal:         466384 kB\nMemFree: 1 kB\n",
        ])
        let machine = Machine(tree: files.tree)
        #expect(machine.dmi("product_name") == "PowerEdge R640")
        #expect(machine.dmi("product_serial") == "ABC")
        #expect(machine.systemUUID == SystemUUID("4c4c4544-0039-3510-8052-b4c04f564433"))
        #expect(machine.memory == 466384 * 1024)
        #expect(machine.firmware == .bios)
        #expect(machine.secureBoot == nil)
    }

    @Test(arguments: ["", " ", "Not Specified", "To Be Filled By O.E.M.", "Default string", "None"])
    func aTextThatTheBoardLeftUnsetIsNone(text: String) throws {
        let files = try FakeTree(["/sys/class/dmi/id/product_serial": text + "\n"])
        #expect(Machine(tree: files.tree).dmi("product_serial") == nil)
    }

    @Test(arguments: ["00000000-0000-0000-0000-000000000000", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", "x"])
    func anUnsetUUIDIsNone(text: String) throws {
        let files = try FakeTree(["/sys/class/dmi/id/product_uuid": text + "\n"])
        #expect(Machine(tree: files.tree).systemUUID == nil)
    }

    @Test(arguments: [([6, 0, 0, 0, 1], true), ([6, 0, 0, 0, 0], false), ([6, 0, 0], nil)] as [([UInt8], Bool?)])
    func readsSecureBootBehindItsAttributes(bytes: [UInt8], expected: Bool?) throws {
        let files = try FakeTree([:])
        try files.add("/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c", bytes)
        #expect(Machine(tree: files.tree).firmware == .uefi)
        #expect(Machine(tree: files.tree).secureBoot == expected)
    }

    @Test func thisProcessHasAPeakOfMemory() throws {
        #expect(try #require(Machine().peakMemory) > 1000)
        #expect(Machine().memory > 1 << 20)
        #expect(Machine().bootID?.count == 36)
    }

    @Test func listsCardsThatStandForHardware() throws {
        let card = "/sys/class/net/eth0"
        let files = try FakeTree([
            "\(card)/type": "1\n", "\(card)/address": "52:54:00:12:34:56\n", "\(card)/carrier": "1\n",
            "\(card)/speed": "-1\n", "\(card)/device/vendor": "0x8086\n", "/sys/class/net/lo/type": "772\n",
            "/sys/class/net/br0/type": "1\n", "/sys/class/net/br0/address": "52:54:00:12:34:57\n",
        ])
        try files.link("\(card)/device/driver", to: "../../../bus/pci/drivers/e1000e")
        let cards = NetworkCard.all(tree: files.tree)
        #expect(cards.map(\.name) == ["eth0"])
        #expect(cards.first?.mac == MACAddress("52:54:00:12:34:56"))
        #expect(cards.first?.driver == "e1000e")
        #expect(cards.first?.hasCarrier == true)
        #expect(cards.first?.speed == nil)
    }

    @Test func collectsEachModaliasOnce() throws {
        let files = try FakeTree([
            "/sys/bus/pci/devices/0000:00:01.0/modalias": "pci:a\n",
            "/sys/bus/pci/devices/0000:00:02.0/modalias": "pci:a\n",
            "/sys/bus/acpi/devices/X/modalias": "acpi:b\n", "/sys/bus/acpi/devices/Y/modalias": "\n",
            "/sys/bus/acpi/devices/Z/path": "none\n",
        ])
        #expect(DeviceAliases(tree: files.tree).all() == ["pci:a", "acpi:b"])
    }

    @Test func listsWhatACardHangsOn() throws {
        let bus = "/sys/devices/pci0000:00/0000:00:02.0"
        let files = try FakeTree([
            "\(bus)/modalias": "pci:bridge\n", "\(bus)/0000:01:00.0/modalias": "pci:card\n",
            "\(bus)/0000:01:00.0/virtio0/modalias": "virtio:net\n", "/sys/class/net/eth0/type": "1\n",
            "/sys/class/net/eth0/address": "52:54:00:12:34:56\n",
        ])
        try files.link(
            "/sys/class/net/eth0/device", to: "../../../devices/pci0000:00/0000:00:02.0/0000:01:00.0/virtio0")
        let card = try #require(NetworkCard.all(tree: files.tree).first)
        #expect(card.modaliases == ["virtio:net", "pci:card", "pci:bridge"])
        #expect(DeviceAliases(tree: files.tree).chain(of: "/sys/class/net/eth1/device").isEmpty)
        #expect(DeviceAliases(tree: files.tree).chain(of: "/sys/class/net/eth0/type").isEmpty)
    }

    @Test func waitsForANVMeControllerThatIsStarting() async throws {
        let files = try FakeTree(["/sys/class/nvme/nvme0/state": "connecting\n", "/sys/block/sda/size": "1\n"])
        let settling = DiskSettling(tree: files.tree)
        #expect(settling.isStarting)
        let began = ContinuousClock.now
        try await settling.wait(quiet: .milliseconds(10), timeout: .milliseconds(300))
        #expect(ContinuousClock.now - began >= .milliseconds(300))
        try files.add("/sys/class/nvme/nvme0/state", Array("live\n".utf8))
        #expect(!settling.isStarting)
        try await settling.wait(quiet: .milliseconds(10), timeout: .seconds(60))
    }
}

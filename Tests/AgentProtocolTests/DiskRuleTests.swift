import AgentProtocol
import Foundation
import Testing

struct DiskRuleTests {
    private static func disk(
        _ name: String, size: UInt64 = 480_103_981_056, serial: String? = nil, wwn: String? = nil,
        transport: DiskTransport = .sata, removable: Bool = false, readOnly: Bool = false, path: String? = nil
    ) -> Disk {
        Disk(
            name: name, size: size, sectorSize: 512, serial: serial, wwn: wwn, model: nil, transport: transport,
            isRemovable: removable, isReadOnly: readOnly, isRotational: false,
            path: path ?? "pci0000:00/0000:00:1f.2/\(name)", signatures: [])
    }

    private let system = disk("sda", serial: "SYS1", wwn: "naa.5000c500a1b2c3d4")
    private let data = disk("sdb", size: 4_000_787_030_016, serial: "DATA1", transport: .sas)
    private let nvme = disk(
        "nvme0n1", size: 1_920_383_410_176, serial: "NV1", wwn: "eui.0025385b71b06f12", transport: .nvme,
        path: "pci0000:00/0000:00:03.0/0000:02:00.0/nvme/nvme0")
    private var all: [Disk] { [system, data, nvme] }

    @Test func withoutARuleTakesTheOnlyEligibleDisk() throws {
        let stick = Self.disk("sdc", removable: true)
        #expect(try DiskRule("").select(from: [stick, system]).get() == system)
    }

    @Test func withoutARuleRefusesToChooseBetweenTwoDisksAndListsThem() throws {
        #expect(throws: DiskRuleError.ambiguous(rule: "", candidates: [system.summary, data.summary])) {
            try DiskRule.onlyEligible.select(from: [system, data]).get()
        }
    }

    @Test func saysThatAHostHasNoDisk() throws {
        #expect(throws: DiskRuleError.noDisk(rule: "largest", found: [])) {
            try DiskRule("largest").select(from: []).get()
        }
    }

    @Test(arguments: [
        ("serial=SYS1", "sda"), ("serial=NV1", "nvme0n1"), ("wwn=naa.5000c500a1b2c3d4", "sda"),
        ("wwn=0x5000C500A1B2C3D4", "sda"), ("wwn=0025385b71b06f12", "nvme0n1"), ("transport=nvme", "nvme0n1"),
        ("transport=sas", "sdb"), ("size>=2T", "sdb"), ("size<500G", "sda"), ("size=1.92T", "nvme0n1"),
        ("smallest", "sda"), ("largest", "sdb"), ("size>500G,smallest", "nvme0n1"), ("size>=1T, size<=2T", "nvme0n1"),
        ("path=0000:02:00.0", "nvme0n1"), ("path=/sys/devices/pci0000:00/0000:00:1f.2/sdb", "sdb"), ("name=sdb", "sdb"),
        ("name=/dev/sda", "sda"), (" serial=DATA1 , transport=sas ", "sdb"),
    ])
    func choosesTheDiskThatTheRuleNames(rule: String, expected: String) throws {
        #expect(try DiskRule(rule).select(from: all).get().name == expected)
    }

    @Test(arguments: ["serial=sys1", "serial=SYS", "wwn=5000", "path=0000:02:00", "transport=virtio", "size>5T"])
    func refusesARuleThatNoDiskFits(rule: String) throws {
        let error = #expect(throws: DiskRuleError.self) { try DiskRule(rule).select(from: all).get() }
        guard case .noDisk(_, let found) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(found.count == 3 && found.allSatisfy { $0.hasSuffix("does not match") })
    }

    @Test(arguments: [
        (disk("sdc", serial: "X", removable: true), "is removable"),
        (disk("sdc", serial: "X", readOnly: true), "is read-only"),
        (disk("sdc", serial: "X", transport: .usb), "is attached by USB"),
        (disk("loop0", serial: "X", transport: .loop), "is a loop device"),
        (disk("sdc", size: 0, serial: "X"), "has no medium"),
    ])
    func neverTakesAnUnfitDiskEvenByName(disk: Disk, reason: String) throws {
        let error = #expect(throws: DiskRuleError.self) { try DiskRule("serial=X").select(from: [disk]).get() }
        #expect(error?.description.contains(reason) == true)
        #expect(throws: DiskRuleError.self) { try DiskRule("smallest").select(from: [disk]).get() }
        #expect(throws: DiskRuleError.self) { try DiskRule("").select(from: [disk]).get() }
    }

    @Test func takesALoopDeviceOnlyByItsPath() throws {
        let loop = Self.disk("loop7", transport: .loop, path: "virtual/block/loop7")
        #expect(try DiskRule("path=virtual/block/loop7").select(from: [loop, system]).get() == loop)
        #expect(throws: DiskRuleError.self) { try DiskRule("name=loop7").select(from: [loop, system]).get() }
    }

    @Test func aPathDoesNotOpenTheDoorForRemovableDisks() throws {
        let stick = Self.disk("sdc", removable: true, path: "pci0000:00/usb1/1-1")
        #expect(throws: DiskRuleError.self) { try DiskRule("path=pci0000:00/usb1/1-1").select(from: [stick]).get() }
    }

    @Test(arguments: ["smallest", "largest", "size>=1G", "serial=TWIN"])
    func refusesTwins(rule: String) throws {
        let twins = [Self.disk("sda", serial: "TWIN"), Self.disk("sdb", serial: "TWIN")]
        let error = #expect(throws: DiskRuleError.self) { try DiskRule(rule).select(from: twins).get() }
        #expect(error?.description.contains("2 disks fit '\(rule.replacing("1G", with: "1000000000"))'") == true)
    }

    @Test(arguments: [
        "serial", "serial=", "=X", "size", "size>=", "size>=abc", "size>=-1G", "size>=1.G", "size>=0", "size==5G",
        "size>=99999999999P", "size>=1.1234567T", "transport=usb", "transport=floppy", "biggest", "serial=A,serial=B",
        "smallest,largest", "smallest,smallest", "size>=1G,size>=2G", "serial=A,", ",", "serial=A\nB", "disk=sda",
    ])
    func refusesWhatIsNoRule(text: String) {
        let error = #expect(throws: DiskRuleError.self) { try DiskRule(text) }
        guard case .malformed = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: ["", "serial=A B", "wwn=naa.5,path=a/b", "size>=1000,size<2000,largest", "transport=mmc,name=x"])
    func theTextFormComesBackUnchanged(text: String) throws {
        let rule = try DiskRule(text)
        #expect(rule.description == text)
        let json = try JSONEncoder().encode([rule])
        #expect(try JSONDecoder().decode([DiskRule].self, from: json) == [rule])
    }

    @Test(arguments: [
        ("1", UInt64(1)), ("512B", 512), ("1K", 1000), ("1KiB", 1024), ("500G", 500_000_000_000),
        ("500gb", 500_000_000_000), ("1.92T", 1_920_000_000_000), ("0.5GiB", 536_870_912), ("64GiB", 68_719_476_736),
        ("18446744073709551615", .max),
    ])
    func readsSizesAsPeopleWriteThem(text: String, bytes: UInt64) {
        #expect(DiskSize.bytes(text) == bytes)
    }

    @Test(arguments: [
        (UInt64(999), "999 B"), (1000, "1.0 kB"), (480_103_981_056, "480.1 GB"), (1_920_383_410_176, "1.9 TB"),
        (.max, "18446744.0 TB"),
    ])
    func writesSizesAsDisksAreSold(bytes: UInt64, text: String) {
        #expect(DiskSize.text(bytes) == text)
    }
}

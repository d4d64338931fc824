import AgentProtocol
import DiskFormats
import FoundationEssentials
import Glibc
import ImageFormat
import LinuxSystem
import StageAgent
import Synchronization
import Testing

/// Firmware that keeps its variables in memory, and has moods.
private final class FakeFirmware: FirmwareVariables {
    enum Mood { case well, readOnly, forgetful, reordering }

    private let values: Mutex<[String: [UInt8]]>
    private let mood: Mood
    private let log = Mutex<[String]>([])

    init(_ values: [String: [UInt8]], _ mood: Mood = .well) {
        self.values = Mutex(values)
        self.mood = mood
    }

    var contents: [String: [UInt8]] { values.withLock(\.self) }
    var changes: [String] { log.withLock(\.self) }

    func names() throws(DiskError) -> [String] { contents.keys.sorted() }
    func read(_ name: String) throws(DiskError) -> [UInt8]? { contents[name] }

    func write(_ name: String, _ value: [UInt8]) throws(DiskError) {
        if mood == .readOnly { throw DiskError("write the EFI variable \(name)", code: EROFS) }
        log.withLock { $0.append("write \(name)") }
        if mood == .forgetful { return }
        let numbers = (try? EFIBootVariables.numbers(value)) ?? []
        let kept = mood == .reordering && name == "BootOrder" ? EFIBootVariables.bytes(numbers.reversed()) : value
        values.withLock { $0[name] = kept }
    }

    func remove(_ name: String) throws(DiskError) {
        log.withLock { $0.append("remove \(name)") }
        values.withLock { $0[name] = nil }
    }
}

struct BootEntryTests {
    private let option = EFILoadOption(title: BootEntry.title, devicePath: path("0FC63DAF-8483-4772-8E79-3D69D8477DE4"))
    private let network = EFILoadOption(title: "UEFI PXEv4", devicePath: path("00000000-0000-0000-0000-000000000001"))

    @Test func theEntryStandsBehindTheNetworkAndOldOnesGo() throws {
        let old = EFILoadOption(title: "debian", devicePath: option.devicePath)
        let firmware = FakeFirmware([
            "Boot0000": network.bytes, "Boot0001": network.bytes, "Boot0004": old.bytes, "Boot0005": option.bytes,
            "Boot0006": [1, 2], "BootOrder": [4, 0, 0, 0, 1, 0, 5, 0], "BootCurrent": [0, 0], "Timeout": [3, 0],
        ])
        let line = try BootEntry(option: option, variables: firmware).install()
        #expect(line == "boot entry Boot0004, boot order 0000,0004,0001")
        #expect(firmware.contents["Boot0004"] == option.bytes)
        #expect(firmware.contents["Boot0005"] == nil)
        #expect(firmware.contents["Boot0006"] == [1, 2])
        #expect(firmware.contents["BootOrder"] == [0, 0, 4, 0, 1, 0])
        #expect(firmware.changes == ["write Boot0004", "write BootOrder", "remove Boot0005"])
    }

    @Test func aSecondRunWritesNothing() throws {
        let firmware = FakeFirmware(["Boot0000": network.bytes, "BootOrder": [0, 0], "BootCurrent": [0, 0]])
        _ = try BootEntry(option: option, variables: firmware).install()
        let before = firmware.changes
        _ = try BootEntry(option: option, variables: firmware).install()
        #expect(firmware.changes == before)
    }

    @Test func aFirmwareWithoutAnyVariablesGetsItsFirst() throws {
        let firmware = FakeFirmware([:])
        #expect(try BootEntry(option: option, variables: firmware).install() == "boot entry Boot0000, boot order 0000")
    }

    @Test func aFirmwareThatRefusesForgetsOrReordersIsFoundOut() {
        for (mood, reason) in [
            (FakeFirmware.Mood.readOnly, "write the EFI variable Boot0001: Read-only file system"),
            (.forgetful, "the firmware did not keep the entry"),
            (.reordering, "the firmware made it 0001,0000 of its own accord"),
        ] {
            let firmware = FakeFirmware(
                ["Boot0000": network.bytes, "BootOrder": [0, 0], "BootCurrent": [0, 0]], mood)
            let error = #expect(throws: DiskError.self) {
                try BootEntry(option: option, variables: firmware).install()
            }
            #expect(error?.description.contains(reason) == true)
        }
    }

    @Test func variableFilesCarryTheirAttributes() throws {
        let directory = "/tmp/ingot-efi-\(UUID().uuidString)"
        mkdir(directory, 0o700)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let files = try EFIVariableFiles(directory: directory)
        _ = try BootEntry(option: option, variables: files).install()
        let file = "\(directory)/Boot0000-8be4df61-93ca-11d2-aa0d-00e098032b8c"
        #expect(try Array(Data(contentsOf: URL(filePath: file))) == [7, 0, 0, 0] + option.bytes)
        #expect(try files.names() == ["Boot0000", "BootOrder"])
        #expect(try files.read("BootOrder") == [0, 0])
        try files.remove("BootOrder")
        #expect(try files.read("BootOrder") == nil)
    }

    @Test(arguments: [
        (["EFI/debian/shimx64.efi", "EFI/BOOT/BOOTX64.EFI"], "/EFI/debian/shimx64.efi", true),
        (["EFI/debian/shimx64.efi"], "/EFI/debian/shimx64.efi", false),
        (["EFI/BOOT/BOOTX64.EFI", "EFI/ubuntu/shimx64.efi"], "/EFI/BOOT/BOOTX64.EFI", true),
    ])
    func findsTheLoaderOnTheSystemPartition(files: [String], path: String, hasFallback: Bool) throws {
        let disk = try LoopFileSystem("ext4")
        try disk.mounted { root in
            for file in files {
                let directory = String(file[..<(file.lastIndex(of: "/") ?? file.startIndex)])
                try FileManager.default.createDirectory(
                    atPath: "\(root)/\(directory)", withIntermediateDirectories: true)
                try Data("MZ".utf8).write(to: URL(filePath: "\(root)/\(file)"))
            }
            let loader = try BootLoader(on: RootTree(root), os: OSFacts(id: "debian"))
            #expect(loader.path == path)
            #expect(loader.hasFallback == hasFallback)
            let partition = Partition(
                number: 2, typeGUID: "", uniqueGUID: "0FC63DAF-8483-4772-8E79-3D69D8477DE4", name: "", firstLBA: 4096,
                lastLBA: 65535, fileSystem: "vfat", role: .efiSystem)
            if path == "/EFI/BOOT/BOOTX64.EFI" { #expect(try loader.option(on: partition) == option) }
        }
    }

    @Test func aPartitionWithoutALoaderIsUnfit() throws {
        let disk = try LoopFileSystem("ext4")
        try disk.mounted { root in
            let error = #expect(throws: PhaseFailure.self) {
                try BootLoader(on: RootTree(root), os: OSFacts(id: "../../etc"))
            }
            #expect(error?.code == .imageUnfit)
        }
    }

    private static func path(_ guid: String) -> EFIDevicePath {
        EFIDevicePath(
            file: "\\EFI\\BOOT\\BOOTX64.EFI", partition: 2, firstLBA: 4096, sectors: 61440, guid: GUID(guid) ?? .zero)
    }
}

import BootableDisk
import Foundation
import ImageBuilder
import ImageFormat
import ImageStore
import Testing

/// Disks with a tiny tree in place of a system, made by the real tools and read back by other ones.
@Suite struct SmallImageTests {
    private static let recipe = """
        name: small
        suite: bookworm
        packages: [none]
        disk: {size: 96MiB, esp: 40MiB}
        boot: {arguments: [quiet], timeout: 0}
        """

    /// Makes a disk in `folder` with the steps behind the packages; returns it and what it was made of.
    private func makeDisk(_ folder: TemporaryFolder) async throws -> (path: String, build: ImageBuild) {
        let output = folder.path + "/disk.raw"
        let workspace = try Workspace(in: folder.path, output: output)
        try RootTree(workspace.root).write("/etc/hostname", "tiny", mode: 0o640)
        try RootTree(workspace.root).link("/bin", to: "usr/bin")
        for file in BootLoaderFile.allCases {
            try Data("\(file)".utf8).write(to: URL(filePath: "\(workspace.keep)/\(file.rawValue)"))
        }
        let boot = Array(repeating: UInt8(0xB0), count: 510) + [0x55, 0xAA]
        try Data(boot).write(to: URL(filePath: workspace.keep + "/boot.img"))
        try Data(repeating: 0xC0, count: 5000).write(to: URL(filePath: workspace.keep + "/core.img"))
        let build = ImageBuild(
            recipe: try Recipe.decode(Self.recipe), sources: [], identities: .random(), workspace: workspace,
            tools: MachineTools())
        for step in [BuildStep.partitionDisk, .makeRootFileSystem, .makeSystemPartition, .installBootRecord] {
            try await step.run(build)
        }
        try workspace.publish()
        return (output, build)
    }

    private func ask(_ program: String, _ arguments: String...) async throws -> String {
        try await MachineTools().run(program, arguments, environment: [:])
    }

    @Test func makesATableThatSgdiskFindsSound() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let (disk, _) = try await makeDisk(folder)
        let table = try await ask("sgdisk", "--print", disk)
        let rows = table.split(separator: "\n").suffix(3).map { $0.split(separator: " ").map(String.init) }
        #expect(rows.map { $0.first } == ["1", "2", "3"])
        #expect(rows.map { $0[1] } == ["2048", "4096", "86016"])
        #expect(rows.compactMap(\.last) == ["bios", "esp", "root"])
        #expect(try await ask("sgdisk", "--verify", disk).contains("No problems found"))
        let size = try FileManager.default.attributesOfItem(atPath: disk)[.size] as? Int
        #expect(size == 96 << 20)
    }

    @Test func putsTheTreeIntoTheRootFileSystem() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let (disk, build) = try await makeDisk(folder)
        let device = "\(disk)?offset=\(86016 * 512)"
        #expect(try await ask("debugfs", "-R", "cat /etc/hostname", device) == "tiny")
        let status = try await ask("debugfs", "-R", "stat /etc/hostname", device)
        #expect(status.contains("Mode:  0640") && status.contains("User:     0"))
        #expect(try await ask("debugfs", "-R", "stat /bin", device).contains("Fast link dest: \"usr/bin\""))
        let header = try await ask("dumpe2fs", "-h", device)
        #expect(header.contains(build.identities.root) && header.contains("Filesystem state:         clean"))
        _ = try await ask("e2fsck", "-f", "-n", device)
    }

    @Test func putsShimAndGrubWhereFirmwareAndShimLookForThem() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let (disk, build) = try await makeDisk(folder)
        let partition = "\(disk)@@\(4096 * 512)"
        let listing = try await ask("mdir", "-/", "-b", "-i", partition, "::/EFI").uppercased()
        for file in [
            "BOOT/BOOTX64.EFI", "BOOT/GRUBX64.EFI", "BOOT/MMX64.EFI", "DEBIAN/SHIMX64.EFI", "DEBIAN/GRUBX64.EFI",
            "DEBIAN/GRUB.CFG",
        ] {
            #expect(listing.contains("/EFI/\(file)"), "\(file) is missing in \(listing)")
        }
        #expect(try await ask("mtype", "-i", partition, "::/EFI/BOOT/BOOTX64.EFI") == "shim")
        #expect(try await ask("mtype", "-i", partition, "::/EFI/BOOT/grubx64.efi") == "grub")
        let configuration = try await ask("mtype", "-i", partition, "::/EFI/debian/grub.cfg")
        #expect(configuration.contains("search.fs_uuid \(build.identities.root) root"))
        #expect(try await ask("mdir", "-i", partition, "::").contains(build.identities.esp))
    }

    @Test func putsTheCoreIntoTheBootPartitionAndKeepsTheProtectiveTable() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let (disk, _) = try await makeDisk(folder)
        let bytes = try Data(contentsOf: URL(filePath: disk), options: .alwaysMapped)
        #expect(bytes[0] == 0xB0 && bytes[0x5C] == 0 && bytes[0x5D] == 8)
        #expect(bytes[450] == 0xEE, "the protective partition of the MBR is gone")
        #expect(bytes[510] == 0x55 && bytes[511] == 0xAA)
        #expect(bytes[2048 * 512] == 0xC0 && bytes[2048 * 512 + 500] == 1 && bytes[2048 * 512 + 501] == 8)
    }

    @Test func isAnImageThatTheStoreTakes() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let (disk, _) = try await makeDisk(folder)
        let facts = try await DiskInspector().inspect(disk)
        #expect(facts.firmware == ["bios", "uefi"])
        #expect(facts.sectorSize == 512)
        #expect(facts.partitionTable.partitions.map(\.role) == [.biosBoot, .efiSystem, .root])
    }

    @Test func staysSparse() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let (disk, _) = try await makeDisk(folder)
        let blocks = try await ask("stat", "--format=%b", disk).split(separator: "\n").first.flatMap { Int($0) }
        #expect((blocks ?? .max) * 512 < 8 << 20)
    }
}

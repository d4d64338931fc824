import ImageFormat
import ImageStore
import Testing

/// Disks made by sgdisk, e2fsprogs and mtools.
struct DiskInspectorTests {
    /// 80 MiB: BIOS boot partition 14, EFI system partition 15 with a loader, ext4 root 1 with os-release.
    private static let make = """
        truncate -s 80M disk
        sgdisk $OPTIONS -n 14:2048:+1M -t 14:ef02 -n 15:0:+34M -t 15:ef00 -n 1:0:0 -t 1:$ROOT_TYPE disk > /dev/null
        start() { sgdisk -i $1 disk | awk '/First sector/ { print $3 }'; }
        length() { sgdisk -i $1 disk | awk '/Partition size/ { print $3 }'; }
        mkdir -p root/usr/lib root/etc
        printf 'ID=debian\\nVERSION_ID="12"\\nPRETTY_NAME="Debian \\\\"12\\\\" \\033[1m"\\n' > root/usr/lib/os-release
        ln -s ../usr/lib/os-release root/etc/os-release
        mke2fs -q -F -t ext4 -d root -E offset=$(($(start 1) * 512)) disk $(($(length 1) / 2))k
        esp="disk@@$(($(start 15) * 512))"
        mformat -i $esp -F -T $(length 15) ::
        mmd -i $esp ::/EFI ::/EFI/BOOT
        if [ "$LOADER" != none ]; then printf loader | mcopy -i $esp - ::/EFI/BOOT/$LOADER; fi
        printf "$BOOT_CODE" | dd of=disk conv=notrunc status=none
        """

    private func facts(
        options: String = "", rootType: String = "8304", loader: String = "BOOTX64.EFI",
        bootCode: String = "\\353\\143",
        then change: String = "true"
    ) async throws -> DiskFacts {
        let scratch = try Scratch()
        try await scratch.shell(
            "OPTIONS='\(options)' ROOT_TYPE=\(rootType) LOADER=\(loader) BOOT_CODE='\(bootCode)'\n\(Self.make)\n\(change)"
        )
        return try await DiskInspector().inspect(scratch.path + "/disk")
    }

    private func refusal(_ change: String, rootType: String = "8300") async throws -> String {
        let error = await #expect(throws: ImportError.self) {
            try await facts(rootType: rootType, then: change)
        }
        return "\(try #require(error))"
    }

    @Test func readsTableRolesAndSystem() async throws {
        let facts = try await facts()
        #expect(facts.sectorSize == 512)
        #expect(facts.firmware == ["bios", "uefi"])
        #expect(
            facts.os
                == OSFacts(id: "debian", version: "12", name: "Debian \"12\" [1m", architecture: "amd64"))
        let partitions = facts.partitionTable.partitions
        #expect(partitions.map(\.number) == [1, 14, 15])
        #expect(partitions.map(\.role) == [.root, .biosBoot, .efiSystem])
        #expect(partitions.map(\.fileSystem) == ["ext4", nil, "vfat"])
        #expect(partitions[1].firstLBA == 2048 && partitions[1].lastLBA == 4095)
    }

    @Test func findsARootWithoutADiscoverableType() async throws {
        let facts = try await facts(rootType: "8300")
        #expect(facts.partitionTable.root?.number == 1)
    }

    @Test func bootsInUEFIOnlyWithTheFallbackLoader() async throws {
        #expect(try await facts(loader: "GRUBX64.EFI").firmware == ["bios"])
        #expect(try await facts(loader: "none").firmware == ["bios"])
    }

    @Test func bootsInBIOSOnlyWithBootCode() async throws {
        #expect(try await facts(bootCode: "").firmware == ["uefi"])
    }

    @Test func refusesAnImageThatBootsNowhere() async throws {
        let error = await #expect(throws: ImportError.self) { try await facts(loader: "none", bootCode: "") }
        #expect("\(try #require(error))".contains("no firmware mode"))
    }

    @Test(arguments: [
        ("sgdisk -Z disk > /dev/null", "GUID partition table"),
        ("sgdisk -Z disk > /dev/null; echo ',,L' | sfdisk -q disk", "GUID partition table"),
        ("truncate -s 70M disk", "disk"),
        ("dd if=/dev/zero of=disk bs=1M seek=36 count=4 conv=notrunc status=none", "root"),
        ("sgdisk -d 1 -n 1:0:+20M -n 2:0:0 -t 2:8200 disk > /dev/null", "not the last"),
        (
            "dd if=/dev/zero of=disk bs=1M seek=36 count=4 conv=notrunc status=none; "
                + "printf 'LABELONE................LVM2 001' | dd of=disk bs=512 seek=73729 conv=notrunc status=none",
            "LVM2_member"
        ),
    ])
    func refusesWhatNoOrderCouldDeploy(change: String, reason: String) async throws {
        #expect(try await refusal(change).contains(reason))
    }

    @Test func refusesAnEmptyFile() async throws {
        let scratch = try Scratch()
        let path = try scratch.write("disk", [])
        await #expect(throws: (any Error).self) { try await DiskInspector().inspect(path) }
    }

    @Test(arguments: [" odd name", "a?offset=1", "b@@2", "c\"'$(true)"])
    func readsFilesOfAnyName(name: String) async throws {
        let scratch = try Scratch()
        try await scratch.shell(
            "OPTIONS='' ROOT_TYPE=8304 LOADER=BOOTX64.EFI BOOT_CODE=x\n\(Self.make)")
        let data = try scratch.read("disk")
        let facts = try await DiskInspector().inspect(scratch.write(name, data))
        #expect(facts.os.id == "debian")
        #expect(facts.firmware == ["bios", "uefi"])
    }

    @Test func importsARealDisk() async throws {
        let fixture = try Fixture(inspector: DiskInspector())
        try await fixture.scratch.shell(
            "OPTIONS='' ROOT_TYPE=8304 LOADER=BOOTX64.EFI BOOT_CODE=x\n\(Self.make)\ngzip -c disk > disk.gz")
        let plain = try await fixture.importFile(fixture.scratch.path + "/disk")
        let packed = try await fixture.importFile(fixture.scratch.path + "/disk.gz", .raw, .gz)
        #expect(plain.digest == packed.digest)
        #expect(plain.manifest.os.id == "debian")
        #expect(try await fixture.disk(plain.manifest) == fixture.scratch.read("disk"))
    }
}

import Glibc
import LinuxSystem
import ModuleAliases
import StageArchive
import Testing

@Suite(.serialized) struct BuiltStageTests {
    /// The drivers that issue and documentation promise, whatever config/stage/modules.list says.
    private static let drivers = [
        "e1000", "e1000e", "igb", "igc", "ixgbe", "ixgbevf", "i40e", "iavf", "ice", "tg3", "bnx2", "bnx2x", "bnxt_en",
        "mlx4_core", "mlx4_en", "mlx5_core", "r8169", "sfc", "amd-xgbe", "pcnet32", "virtio_net", "vmxnet3", "nvme",
        "ahci", "ata_piix", "megaraid_sas", "mpt3sas", "smartpqi", "hpsa", "aacraid", "virtio_blk", "virtio_scsi",
        "mptspi", "vmw_pvscsi", "sd_mod", "ext4", "xfs", "btrfs", "vfat", "nls_ascii", "nls_cp437", "efivarfs",
    ]

    private func stage() throws -> BuiltStage { try BuiltStage.shared.get() }

    @Test(arguments: drivers) func holdsTheDriverWithEverythingItNeeds(driver: String) throws {
        let stage = try stage()
        let index = stage.moduleIndex
        if index.isBuiltin(driver) { return }
        let order = index.loadOrder(of: driver)
        #expect(order.last.map(ModuleIndex.name(ofPath:)) == ModuleIndex.name(driver))
        for path in order {
            let module = try #require(stage.entries["\(stage.moduleDirectory)/\(path)"], "\(path) is missing")
            #expect(module.content.starts(with: Array("\u{7F}ELF".utf8)))
        }
    }

    /// What a module says itself in its section .modinfo, apart from depmod's index.
    @Test func everyModuleFindsWhatItDependsOnLoadedBeforeIt() throws {
        let stage = try stage()
        let index = stage.moduleIndex
        let modules = stage.entries.values.filter { $0.path.hasSuffix(".ko") }
        #expect(modules.count > 80)
        for module in modules {
            let name = ModuleIndex.name(ofPath: module.path)
            let before = index.loadOrder(of: name).dropLast().map(ModuleIndex.name(ofPath:))
            for needed in needs(module) {
                #expect(before.contains(needed) || index.isBuiltin(needed), "\(name) needs \(needed)")
            }
        }
    }

    private func needs(_ module: ArchiveEntry) -> [String] {
        let key = Array("\0depends=".utf8)
        var offset = 0
        while let start = module.content[offset...].firstIndex(of: 0), start + key.count < module.content.count {
            if module.content[start...].starts(with: key) {
                let value = module.content[(start + key.count)...].prefix { $0 != 0 }
                return String(decoding: value, as: UTF8.self).split(separator: ",").map { ModuleIndex.name($0) }
            }
            offset = start + 1
        }
        return []
    }

    @Test(arguments: [
        ("pci:v00008086d000010D3sv00008086sd0000A01Fbc02sc00i00", "e1000e"),
        ("pci:v00008086d00001572sv00008086sd00000000bc02sc00i00", "i40e"),
        ("pci:v00008086d0000159Bsv00008086sd00000003bc02sc00i00", "ice"),
        ("pci:v000014E4d00001639sv00001028sd00000235bc02sc00i00", "bnx2"),
        ("pci:v000014E4d0000165Fsv00001028sd000008FFbc02sc00i00", "tg3"),
        ("pci:v000014E4d000016D7sv000014E4sd00004140bc02sc00i00", "bnxt_en"),
        ("pci:v000015B3d00001017sv000015B3sd00000020bc02sc00i00", "mlx5_core"),
        ("pci:v000010ECd00008168sv00001043sd00008677bc02sc00i00", "r8169"),
        ("pci:v00001022d00001458sv00001022sd00001458bc02sc00i00", "amd_xgbe"),
        ("pci:v00001924d00000A03sv00001924sd00008021bc02sc00i00", "sfc"),
        ("pci:v0000144Dd0000A808sv0000144Dsd0000A801bc01sc08i02", "nvme"),
        ("pci:v00008086d0000A182sv00001028sd000006FFbc01sc06i01", "ahci"),
        ("pci:v00001000d0000005Dsv00001028sd00001F49bc01sc04i00", "megaraid_sas"),
        ("pci:v00001000d00000097sv00001000sd00003090bc01sc07i00", "mpt3sas"),
        ("pci:v00009005d0000028Fsv0000103Csd00000600bc01sc07i00", "smartpqi"),
        ("pci:v0000103Cd00003239sv0000103Csd000021C0bc01sc04i00", "hpsa"),
        ("pci:v00009005d0000028Dsv00009005sd00000550bc01sc04i00", "aacraid"),
        ("virtio:d00000002v00001AF4", "virtio_blk"), ("scsi:t-0x00", "sd_mod"), ("fs-xfs", "xfs"),
    ])
    func findsTheDriverOfAServersDevice(alias: String, driver: String) throws {
        #expect(try stage().moduleIndex.modules(for: alias).contains(driver))
    }

    @Test func isSmallEnough() throws {
        let stage = try stage()
        #expect(stage.packedSize <= 60_000_000)
        #expect(stage.unpackedSize <= 180_000_000)
    }

    @Test func itsInitIsOneStaticProgram() throws {
        let stage = try stage()
        let program = try #require(stage.entries["init"])
        #expect(program.mode == 0o100755)
        #expect(program.content.starts(with: Array("\u{7F}ELF".utf8)))
        #expect(try !programHeaderTypes(program.content).contains(3), "PT_INTERP: it wants a dynamic loader")
        let modprobe = try #require(stage.entries["usr/sbin/modprobe"])
        #expect(modprobe.isSymbolicLink && modprobe.content == Array("/init".utf8))
    }

    /// The types in the program header table of a 64-bit little-endian ELF file.
    private func programHeaderTypes(_ bytes: [UInt8]) throws -> [UInt64] {
        func number(_ offset: Int, _ size: Int) throws -> UInt64 {
            try #require(offset + size <= bytes.count)
            return bytes[offset..<offset + size].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        let (table, size, count) = try (Int(number(32, 8)), Int(number(54, 2)), Int(number(56, 2)))
        return try (0..<count).map { try number(table + $0 * size, 4) }
    }

    @Test func holdsNothingOfAnInstallation() throws {
        let stage = try stage()
        let below = stage.entries.keys.filter { $0.hasPrefix("etc/") }.sorted()
        #expect(below == ["etc/ingot", "etc/mtab"])
        let places: Set<String> = [
            "init", "bin", "sbin", "lib", "lib64", "dev", "proc", "sys", "run", "tmp", "mnt", "etc", "usr",
        ]
        #expect(stage.entries.keys.allSatisfy { places.contains(String($0.split(separator: "/")[0])) })
        for entry in stage.entries.values where entry.isRegular && entry.path != "init" {
            #expect(entry.path.hasPrefix("usr/"))
            #expect(![".pem", ".key", ".crt"].contains { entry.path.hasSuffix($0) }, "\(entry.path)")
        }
    }

    /// As the phases will: each in the stage's own files, with its shared libraries from there.
    @Test func itsDiskToolsRun() throws {
        let stage = try stage()
        let directory = String(decoding: try shell("mktemp --directory"), as: UTF8.self).dropLast()
        defer { _ = try? shell("rm -r \(directory)") }
        _ = try shell(
            "cd \(directory) && \(BuiltStage.unpack(stage.directory))"
                + " | cpio --quiet --extract --make-directories 'usr/*' bin sbin lib lib64 && mkdir dev && touch dev/null"
        )
        for command in [
            "e2fsck -V", "resize2fs 2>&1 | grep -q 'Usage: resize2fs'", "xfs_repair -V", "xfs_growfs -V",
            "btrfs --version",
        ] {
            #expect(throws: Never.self) { try shell("chroot \(directory) \(command) >/dev/null 2>&1") }
        }
    }
}

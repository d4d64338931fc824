import ModuleAliases
import Testing

struct ModuleIndexTests {
    private let index = ModuleIndex(
        aliases: """
            # Aliases extracted from modules themselves.
            alias pci:v00008086d000010D3sv*sd*bc*sc*i* e1000e
            alias pci:v*d*sv*sd*bc01sc08i02* nvme
            alias virtio:d00000001v* virtio_net
            alias scsi:t-0x00* sd_mod
            alias fs-ext4 ext4
            alias crc32c crc32c_generic
            alias crypto-crc32c crc32c_intel
            alias crypto-crc32c crc32c_generic
            alias cpu:type:x86,ven*fam*mod*:feature:*0094* crc32c_intel
            malformed
            """,
        dependencies: """
            kernel/fs/ext4/ext4.ko: kernel/fs/jbd2/jbd2.ko kernel/fs/mbcache.ko
            kernel/fs/jbd2/jbd2.ko:
            kernel/fs/mbcache.ko:
            kernel/crypto/crc32c_generic.ko:
            kernel/arch/x86/crypto/crc32c-intel.ko.xz:
            kernel/drivers/a.ko: kernel/drivers/b.ko
            kernel/drivers/b.ko: kernel/drivers/a.ko
            no colon here
            """,
        softDependencies: "softdep ext4 pre: crypto-crc32c post: a\nsoftdep x\n",
        builtin: "kernel/net/packet/af-packet.ko\n")

    @Test(arguments: [
        ("pci:v00008086d000010D3sv00001AF4sd00001100bc02sc00i00", ["e1000e"]),
        ("pci:v0000144Dd0000A808sv0000144Dsd0000A801bc01sc08i02", ["nvme"]),
        ("pci:v0000144Dd0000A808sv0000144Dsd0000A801bc02sc08i02", []),
        ("virtio:d00000001v00001AF4", ["virtio_net"]),
        ("scsi:t-0x00", ["sd_mod"]),
        ("cpu:type:x86,ven0000fam0006mod003A:feature:,0000,0094,00A0", ["crc32c_intel"]),
        ("fs-ext4", ["ext4"]), ("", []), ("usb:v1", []),
    ])
    func findsTheDriverOfADevice(alias: String, modules: [String]) {
        #expect(index.modules(for: alias) == modules)
    }

    @Test func loadsWhatAModuleNeedsBeforeIt() {
        #expect(
            index.loadOrder(of: "ext4") == [
                "kernel/arch/x86/crypto/crc32c-intel.ko.xz", "kernel/crypto/crc32c_generic.ko", "kernel/fs/mbcache.ko",
                "kernel/fs/jbd2/jbd2.ko", "kernel/fs/ext4/ext4.ko",
            ])
    }

    @Test func findsAModuleByItsNameInEitherSpelling() {
        #expect(index.loadOrder(of: "crc32c-intel") == index.loadOrder(of: "crc32c_intel"))
        #expect(!index.loadOrder(of: "crc32c-intel").isEmpty)
    }

    @Test func endsWhereModulesNeedEachOther() {
        #expect(index.loadOrder(of: "a") == ["kernel/drivers/b.ko", "kernel/drivers/a.ko"])
    }

    @Test func knowsNothingOfAnUnknownName() { #expect(index.loadOrder(of: "nothing").isEmpty) }

    @Test func tellsWhatIsBuiltIn() {
        #expect(index.isBuiltin("af_packet"))
        #expect(!index.isBuiltin("ext4"))
    }
}

import ImageStore
import Testing

/// Archives made by cpio(1) and packed by the distribution's tools.
struct InitramfsContentTests {
    private static let version = "6.1.0-13-amd64"
    private static let make = """
        V=\(version)
        mkdir -p early/kernel/x86/microcode main/usr/lib/modules/$V/kernel/drivers/ata main/usr/lib/modules/other/x
        head -c 5000 /dev/urandom > early/kernel/x86/microcode/GenuineIntel.bin
        for name in ata/ahci.ko ata/pata-acpi.ko.xz nvme.ko.zst; do
            mkdir -p main/usr/lib/modules/$V/kernel/drivers/$(dirname $name)
            head -c 70001 /dev/zero > main/usr/lib/modules/$V/kernel/drivers/$name
        done
        touch main/usr/lib/modules/other/x/foreign.ko main/usr/lib/modules/$V/modules.dep main/init
        archive() { (cd $1 && find . | cpio --quiet -o -H newc); }
        archive early > early.cpio
        archive main > main.cpio
        """

    private func content(_ command: String, limits: InitramfsContent.Limits = .init()) async throws -> InitramfsContent
    {
        let scratch = try Scratch()
        try await scratch.shell("\(Self.make)\n\(command)")
        return try InitramfsContent.read(scratch.path + "/initrd", limits: limits)
    }

    private func refusal(_ command: String, limits: InitramfsContent.Limits = .init()) async throws -> String {
        let error = await #expect(throws: (any Error).self) { try await content(command, limits: limits) }
        return "\(try #require(error))"
    }

    @Test(arguments: [
        "cp main.cpio initrd", "gzip -c main.cpio > initrd", "xz -c --check=crc32 main.cpio > initrd",
        "zstd -q -19 -c main.cpio > initrd", "cat early.cpio main.cpio > initrd",
        "(cat early.cpio; gzip -c main.cpio) > initrd", "(cat early.cpio; zstd -q -c main.cpio) > initrd",
        "(cat early.cpio; head -c 508 /dev/zero; cat early.cpio; xz -c main.cpio) > initrd",
        "(cat early.cpio; cat main.cpio; gzip -c early.cpio) > initrd",
        "(cat early.cpio; (cat early.cpio; head -c 1024 /dev/zero; cat main.cpio) | gzip -c) > initrd",
        "(gzip -c early.cpio; gzip -c main.cpio) > initrd",
    ])
    func readsTheModulesOfEveryForm(command: String) async throws {
        let content = try await content(command)
        #expect(content.modules(version: Self.version) == ["ahci", "nvme", "pata_acpi"])
        #expect(content.modules(version: "other") == ["foreign"])
        #expect(content.modules(version: "6.1.0").isEmpty)
        #expect(content.isWhole)
    }

    @Test func readsArchivesWithChecksums() async throws {
        let content = try await content("(cd main && find . | cpio --quiet -o -H crc) > initrd")
        #expect(content.modules(version: Self.version).count == 3)
    }

    @Test func saysThatSomethingFollowsWhatItCannotRead() async throws {
        let content = try await content("(gzip -c main.cpio; cat early.cpio) > initrd")
        #expect(content.modules(version: Self.version).count == 3)
        #expect(!content.isWhole)
    }

    @Test(arguments: [
        ("printf '\\002\\041\\114\\030rest' > initrd", "lz4"), ("printf 'BZh9rest' > initrd", "bzip2"),
        ("printf 'no archive at all' > initrd", "unknown"),
        ("head -c 1000 main.cpio > initrd", "middle of a file"),
        ("gzip -c main.cpio | head -c 200 > initrd", "ends early"),
        ("(cat early.cpio; printf '070701zzzzzzzz'; head -c 200 /dev/zero) > initrd", "none of cpio's"),
        ("(printf 'no archive' | gzip -c) > initrd", "no cpio"),
        ("(gzip -c main.cpio | gzip -c) > initrd", "no cpio"),
    ])
    func refusesWhatIsNoInitramfs(command: String, reason: String) async throws {
        #expect(try await refusal(command).contains(reason))
    }

    @Test func anEmptyFileHoldsNothing() async throws {
        #expect(try await content(": > initrd").modulePaths.isEmpty)
    }

    @Test func readsNoMoreThanItsBounds() async throws {
        var limits = InitramfsContent.Limits()
        limits.size = 1 << 20
        let bomb = """
            mkdir bomb; for i in 1 2 3; do truncate -s 1M bomb/$i; done
            (cd bomb && find . | cpio --quiet -o -H newc) | gzip -c > initrd
            """
        #expect(try await refusal(bomb, limits: limits).contains("larger"))
        let zeros = "(cat early.cpio; head -c 8M /dev/zero; cat main.cpio) | zstd -q -c > initrd"
        #expect(try await refusal(zeros, limits: limits).contains("larger"))
        #expect(try await content(zeros).modulePaths.count > 3)
        limits = .init()
        limits.entries = 5
        #expect(try await refusal("cp main.cpio initrd", limits: limits).contains("larger"))
        limits = .init()
        limits.modules = 2
        #expect(try await refusal("cp main.cpio initrd", limits: limits).contains("more than 2 modules"))
        limits = .init()
        limits.seconds = 0
        #expect(try await refusal("cp main.cpio initrd", limits: limits).contains("larger"))
        limits = .init()
        limits.decoderMemory = 1 << 20
        #expect(try await refusal("xz -9 -c main.cpio > initrd", limits: limits).contains("memory"))
    }
}

import ImageFormat
import ImageStore
import PreflightFacts
import Testing

/// Disks made by the distribution's tools, looked into.
struct ImageExaminerTests {
    private static let version = "6.1.0-13-amd64"

    /// `root`: a system with everything that an image should not have; the kernel 6.1.0-13 has two drivers, and an
    /// initramfs with one of them.
    private static let system = """
        V=\(version)
        M=root/usr/lib/modules/$V
        mkdir -p root/etc/ssh root/etc/udev/rules.d root/etc/cloud/cloud.cfg.d root/boot root/usr/bin $M/kernel/drivers \\
            root/usr/lib/modules/6.1.0-9-amd64 root/usr/lib/modules/empty root/usr/lib/python3/dist-packages/cloudinit
        ln -s usr/lib root/lib
        printf '%s\\n' 'kernel/drivers/ata/ahci.ko: kernel/drivers/ata/libata.ko' 'kernel/drivers/ata/libata.ko:' \\
            'kernel/sound/snd.ko:' 'updates/dkms/raid-x.ko:' > $M/modules.dep
        printf '%s\\n' '# Aliases' 'alias pci:v*d*sv*sd*bc01sc06i01* ahci' 'alias pci:v00001000d*sv*sd*bc*sc*i* raid_x' \\
            'alias usb:v0001* ahci' 'alias pci:v1* snd' > $M/modules.alias
        printf '%s\\n' 'kernel/drivers/nvme/host/nvme.ko' 'kernel/fs/ext4/ext4.ko' > $M/modules.builtin
        printf 'nvme.alias=pci:v*d*sv*sd*bc01sc08i02*\\0nvme.license=GPL\\0ext4.alias=fs-ext4\\0' > $M/modules.builtin.modinfo
        touch root/usr/lib/modules/6.1.0-9-amd64/modules.dep
        mkdir -p main/lib/modules/$V/kernel/drivers/ata
        touch main/lib/modules/$V/kernel/drivers/ata/ahci.ko
        (cd main && find . | cpio --quiet -o -H newc) | zstd -q -c > root/boot/initrd.img-$V
        echo 0123456789abcdef0123456789abcdef > root/etc/machine-id
        touch root/etc/ssh/ssh_host_rsa_key root/etc/ssh/ssh_host_rsa_key.pub root/etc/ssh/sshd_config
        printf '%s\\n' 'root:$y$j9T$x$secret:19000:0:99999:7:::' 'daemon:*:19000:0:99999:7:::' 'open::1::::::' \\
            'bob:!$y$j9T$locked:1::::::' 'sync:!*:1::::::' > root/etc/shadow
        printf '# nothing\\n' > root/etc/udev/rules.d/75-persistent-net-generator.rules
        printf 'SUBSYSTEM=="net", ATTR{address}=="52:54:00:00:00:01", NAME="eth0"\\n' \\
            > root/etc/udev/rules.d/70-persistent-net.rules
        touch root/usr/bin/cloud-init
        printf '__VERSION__ = "22.4.2"\\n' > root/usr/lib/python3/dist-packages/cloudinit/version.py
        printf 'datasource_list: [ None ]\\n' > root/etc/cloud/cloud.cfg
        printf 'datasource_list:\\n  - NoCloud  # first\\n  - None\\n' > root/etc/cloud/cloud.cfg.d/90_x.cfg

        """

    /// `disk`: an ESP with `$LOADER`, where that is a file, and `$FS` in the last partition.
    private static let disk = """
        truncate -s 640M disk
        sgdisk -n 15:2048:+34M -t 15:ef00 -n 1:0:0 -t 1:8304 disk > /dev/null
        start() { sgdisk -i $1 disk | awk '/First sector/ { print $3 }'; }
        length() { sgdisk -i $1 disk | awk '/Partition size/ { print $3 }'; }
        esp="disk@@$(($(start 15) * 512))"
        mformat -i $esp -F -T $(length 15) ::
        mmd -i $esp ::/EFI ::/EFI/BOOT
        if [ -n "${LOADER:-}" ]; then mcopy -i $esp $LOADER ::/EFI/BOOT/BOOTX64.EFI; fi
        case $FS in
        ext4) mke2fs -q -F -t ext4 -d root -E offset=$(($(start 1) * 512)) disk $(($(length 1) / 2))k ;;
        xfs)
            truncate -s $(($(length 1) * 512)) fs; mkfs.xfs -q fs
            mkdir mnt; mount -o loop fs mnt; cp -a root/. mnt; umount mnt
            dd if=fs of=disk bs=512 seek=$(start 1) conv=notrunc,sparse status=none ;;
        btrfs)
            truncate -s $(($(length 1) * 512)) fs; mkfs.btrfs -q -r root fs > /dev/null
            dd if=fs of=disk bs=512 seek=$(start 1) conv=notrunc,sparse status=none ;;
        esac

        """

    private func examine(
        _ make: String, examiner: ImageExaminer = ImageExaminer(), then check: (Scratch) async throws -> Void = { _ in }
    ) async throws -> ImageExamination {
        let scratch = try Scratch()
        try await scratch.shell(make)
        let manifest = Manifest(
            diskSize: 640 << 20, sectorSize: 512, chunks: [],
            partitionTable: PartitionTable(label: "gpt", diskGUID: "", partitions: []), os: OSFacts(),
            firmware: ["uefi"])
        let found = try await examiner.examine(
            scratch.path + "/disk", manifest: manifest, spool: SpoolDirectory(path: scratch.path + "/spool"))
        #expect(try scratch.names("").contains("spool") == false || scratch.names("spool").isEmpty)
        try await check(scratch)
        return found
    }

    @Test(arguments: ["ext4", "xfs", "btrfs"])
    func looksIntoASystem(fileSystem: String) async throws {
        let found = try await examine("FS=\(fileSystem)\n" + Self.system + Self.disk) { scratch in
            // Neither a mount nor a loop device is left.
            let left = try await Shell.run("losetup -a; cat /proc/mounts")
            #expect(!left.contains(scratch.path))
        }
        let facts = found.facts
        #expect(facts.unexamined == [])
        #expect(facts.root == RootFacts(fileSystem: fileSystem, isLast: true))
        #expect(facts.firmware == FirmwareFacts(modes: ["uefi"], hasSystemPartition: true, isLoaderSigned: nil))
        #expect(facts.diskSize == 640 << 20)
        #expect(
            facts.system
                == SystemFacts(
                    hasEtc: true,
                    kernels: [
                        KernelFacts(
                            version: Self.version, initramfs: "/boot/initrd.img-\(Self.version)", moduleCount: 1),
                        KernelFacts(version: "6.1.0-9-amd64"),
                    ],
                    cloudInit: CloudInitFacts(version: "22.4.2", datasources: ["NoCloud", "None"]),
                    hasMachineID: true, sshHostKeys: ["ssh_host_rsa_key"], passwordAccounts: ["root", "open"],
                    networkRules: ["70-persistent-net.rules"]))
        #expect(
            found.kernels == [
                KernelDrivers(
                    version: Self.version,
                    drivers: [
                        DriverFacts(
                            name: "ahci", aliases: ["pci:v*d*sv*sd*bc01sc06i01*"], dependencies: ["libata"]),
                        DriverFacts(name: "libata", aliases: []),
                        DriverFacts(name: "nvme", aliases: ["pci:v*d*sv*sd*bc01sc08i02*"]),
                        DriverFacts(name: "raid_x", aliases: ["pci:v00001000d*sv*sd*bc*sc*i*"]),
                    ], builtin: ["ext4", "nvme"], knowsBuiltinAliases: true, initramfs: ["ahci"])
            ])
    }

    @Test func findsNothingInACleanSystem() async throws {
        let clean = """
            FS=ext4; mkdir -p root/etc/ssh root/etc/udev/rules.d
            : > root/etc/machine-id
            ln -s /dev/null root/etc/udev/rules.d/70-persistent-net.rules

            """
        let found = try await examine(clean + Self.disk)
        #expect(found.facts.system == SystemFacts(hasEtc: true))
        #expect(found.kernels.isEmpty)
        #expect(found.facts.unexamined.isEmpty)
    }

    @Test func aFileSystemWithoutEtcHoldsNoSystem() async throws {
        let found = try await examine("FS=ext4; mkdir -p root/var\n" + Self.disk)
        #expect(found.facts.system == SystemFacts(hasEtc: false))
    }

    @Test(arguments: [("shimx64.efi.signed", true), ("shimx64.efi", false)])
    func tellsWhetherTheLoaderIsSigned(loader: String, isSigned: Bool) async throws {
        let found = try await examine(
            "FS=ext4; LOADER=/usr/lib/shim/\(loader); mkdir -p root/etc\n" + Self.disk)
        #expect(found.facts.firmware.isLoaderSigned == isSigned)
    }

    @Test func findsTheInitramfsInAFileSystemOfItsOwn() async throws {
        let disk = """
            mkdir boot; mv root/boot/* boot/
            truncate -s 640M disk
            sgdisk -n 2:2048:+64M -t 2:8300 -n 1:0:0 -t 1:8304 disk > /dev/null
            start() { sgdisk -i $1 disk | awk '/First sector/ { print $3 }'; }
            length() { sgdisk -i $1 disk | awk '/Partition size/ { print $3 }'; }
            mke2fs -q -F -t ext4 -d boot -E offset=$(($(start 2) * 512)) disk $(($(length 2) / 2))k
            mke2fs -q -F -t ext4 -d root -E offset=$(($(start 1) * 512)) disk $(($(length 1) / 2))k
            """
        let found = try await examine(Self.system + disk)
        #expect(found.facts.system?.kernels.first?.initramfs == "/initrd.img-\(Self.version)")
        #expect(found.kernels.first?.initramfs == ["ahci"])
    }

    @Test func linksLeadNowhereOutsideOfTheImage() async throws {
        let hostile = """
            FS=xfs; mkdir -p root/etc root/usr/lib
            ln -s /etc/shadow root/etc/shadow; ln -s /etc/ssh root/etc/ssh; ln -s /proc/self/environ root/etc/machine-id
            ln -s /etc/cloud root/etc/cloud; ln -s /lib/modules root/usr/lib/modules; ln -s ../../../../usr/bin root/usr/bin

            """
        let found = try await examine(hostile + Self.disk)
        let system = try #require(found.facts.system)
        #expect(system.hasEtc && system.kernels.isEmpty && system.cloudInit == nil && !system.hasMachineID)
        #expect(system.passwordAccounts.isEmpty && system.sshHostKeys.isEmpty)
    }

    /// What cannot be read is told, and costs nothing else.
    @Test(arguments: [
        ("printf 'rubbish' > root/boot/initrd.img-$V", "the initramfs of kernel \(version)", "unknown"),
        ("rm root/boot/initrd.img-$V", "the initramfs of kernel \(version)", "not found"),
        ("truncate -s 3M root/etc/shadow", "/etc/shadow", "3145728 bytes"),
        ("truncate -s 5M $M/modules.alias", "the drivers of kernel \(version)", "5242880 bytes"),
    ])
    func tellsWhatCouldNotBeExamined(change: String, subject: String, reason: String) async throws {
        let found = try await examine("FS=ext4\n" + Self.system + change + "\n" + Self.disk)
        let part = try #require(found.facts.unexamined.first)
        #expect(found.facts.unexamined.count == 1)
        #expect(part.subject == subject)
        #expect(part.reason.contains(reason))
        #expect(found.facts.system?.hasMachineID == true)
    }

    @Test(arguments: [
        ("head -c 1M /dev/zero > disk", "the disk"),
        ("dd if=/dev/urandom of=disk bs=512 seek=$(($(start 1) + 8)) count=4096 conv=notrunc status=none", "root file"),
    ])
    func aDamagedDiskIsToldAndNotTrusted(change: String, subject: String) async throws {
        let found = try await examine("FS=ext4\n" + Self.system + Self.disk + change)
        #expect(found.facts.unexamined.contains { $0.subject.contains(subject) })
        #expect(found.kernels.isEmpty)
    }

    @Test func namesThatToolsCouldMisreadAreLeftOut() async throws {
        let odd = """
            FS=ext4; mkdir -p 'root/lib/modules/6.1 x' 'root/lib/modules/"6' root/etc/ssh
            touch 'root/lib/modules/6.1 x/modules.dep' 'root/lib/modules/"6/modules.dep' 'root/etc/ssh/ssh_host_a b_key'

            """
        let found = try await examine(odd + Self.disk)
        #expect(found.facts.system == SystemFacts(hasEtc: true))
        #expect(found.facts.unexamined.isEmpty)
    }

    @Test func endsAtItsDeadline() async throws {
        let found = try await examine(
            "FS=ext4\n" + Self.system + Self.disk, examiner: ImageExaminer(deadline: .milliseconds(1)))
        #expect(found.facts.unexamined.map(\.subject) == ["the disk"])
        #expect(found.facts.unexamined.first?.reason.contains("took longer") == true)
    }
}

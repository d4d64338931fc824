import FoundationEssentials
import ImageFormat
import ImageStore
import Synchronization
import Testing

/// Root file systems in archives become disks; other programs read them back.
struct RootArchiveImportTests {
    /// A system by its looks, with all that is hard to keep, packed by GNU tar.
    private static let makeTree = """
        import os
        version = '\(TestArchive.version)'
        def write(path, data, mode=0o644, uid=0, gid=0):
            os.makedirs(os.path.dirname('tree/' + path), exist_ok=True)
            with open('tree/' + path, 'wb') as file: file.write(data)
            os.chown('tree/' + path, uid, gid)
            os.chmod('tree/' + path, mode)
        write('boot/vmlinuz-' + version, bytes(0x202) + b'HdrS' + os.urandom(9000))
        write('boot/initrd.img-' + version, os.urandom(5000))
        write('usr/lib/modules/' + version + '/modules.dep', b'a.ko:')
        write('usr/sbin/init', b'init', 0o755)
        write('usr/lib/os-release', b'ID=debian\\nVERSION_ID="12"\\nPRETTY_NAME="Debian 12"\\n')
        write('etc/fstab', b'# mine\\nUUID=1234 / ext4 noatime 0 0\\nUUID=5678 swap swap sw 0 0\\ntmpfs /var/x tmpfs size=1m 0 0\\n')
        write('etc/default/grub', b'GRUB_TIMEOUT=0\\nGRUB_CMDLINE_LINUX="quiet root=/dev/sda1 console=ttyS0,115200n8"\\n')
        write('usr/bin/su', b'su', 0o4755)
        write('usr/bin/wall', b'wall', 0o2755, 0, 5)
        write('usr/bin/ping', b'ping', 0o755)
        os.setxattr('tree/usr/bin/ping', 'security.capability', bytes.fromhex('0100000200200000000000000000000000000000'))
        os.setxattr('tree/usr/bin/ping', 'user.note', b'kept')
        write('home/alice/note', b'hers', 0o640, 1000, 100000)
        write('home/alice/big', bytes(1 << 20) + os.urandom(6 << 20), 0o600, 1000, 1000)
        os.utime('tree/home/alice/note', ns=(0, 1234567890123456789))
        write('usr/bin/first', b'twice')
        os.link('tree/usr/bin/first', 'tree/usr/bin/second')
        os.symlink('usr/lib', 'tree/lib')
        os.symlink('usr/sbin', 'tree/sbin')
        os.symlink('/etc/' + 'x' * 100, 'tree/etc/long')
        os.symlink('/run', 'tree/usr/run')
        os.makedirs('tree/var/tmp')
        os.chmod('tree/var/tmp', 0o1777)
        os.mkfifo('tree/var/pipe')
        write('usr/share/' + 'd' * 200 + '/' + 'n' * 200, b'long')
        for name in (b'with space', 'ö'.encode(), b'\\xff\\xfe'):
            with open(b'tree/usr/share/' + name, 'wb') as file: file.write(b'odd')
        for number in range(3000): write('usr/share/many/file-with-a-name-%d' % number, b'')
        os.makedirs('tree/dev')
        os.mknod('tree/dev/null', 0o20666, os.makedev(1, 3))
        """

    private static let rootOffset = (4096 + 64 * 2048) * 512

    /// Packs `makeTree`'s tree and imports it; returns the disk's path.
    private func importTree(_ compression: Compression, _ fixture: Fixture) async throws -> (String, ImportedImage) {
        _ = try fixture.scratch.write("make.py", Array(Self.makeTree.utf8))
        let packer = ["gz": "gzip -c", "xz": "xz -c -1", "zst": "zstd -q -c"][compression.rawValue] ?? "cat"
        try await fixture.scratch.shell(
            "python3 make.py && tar --create --xattrs --xattrs-include='*' --numeric-owner --format=pax --directory=tree . "
                + "| \(packer) > root")
        let image = try await fixture.importer.importImage(
            ImportRequest(
                source: .file(fixture.scratch.path + "/root"), format: .tar, compression: compression,
                diskSize: 192 << 20),
            signer: fixture.signer)
        #expect(try fixture.litter().isEmpty)
        return (try await fixture.diskFile(image.manifest), image)
    }

    private func debugfs(_ command: String, _ disk: String) async throws -> String {
        try await Shell.run("debugfs -R '\(command)' '\(disk)?offset=\(Self.rootOffset)' 2>/dev/null")
    }

    /// What debugfs says of a path, with single spaces.
    private func status(_ path: String, _ disk: String) async throws -> String {
        try await debugfs("stat \"\(path)\"", disk).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    @Test(arguments: [Compression.none, .gz, .xz, .zst])
    func keepsOwnersModesLinksAndAttributes(compression: Compression) async throws {
        let fixture = try Fixture(inspector: DiskInspector())
        let (disk, image) = try await importTree(compression, fixture)
        #expect(image.manifest.diskSize == 192 << 20)
        #expect(image.manifest.os.id == "debian" && image.manifest.os.version == "12")
        #expect(image.manifest.firmware == ["bios", "uefi"])
        _ = try await Shell.run("e2fsck -f -n '\(disk)?offset=\(Self.rootOffset)'")
        for (path, facts) in [
            ("/usr/bin/su", ["Type: regular Mode: 04755", "User: 0 Group: 0"]),
            ("/usr/bin/wall", ["Mode: 02755", "User: 0 Group: 5"]),
            (
                "/usr/bin/ping",
                ["security.capability (20) = 01 00 00 02 00 20", "user.note (4) = \"kept\""]
            ),
            ("/home/alice/note", ["Mode: 0640", "User: 1000 Group: 100000", "mtime: 0x499602d2:1d6f3454"]),
            ("/home/alice", ["Type: directory Mode: 0755"]),
            ("/usr/bin/first", ["Links: 2"]),
            ("/etc/long", ["Type: symlink", "Size: 105"]),
            ("/lib", ["Type: symlink Mode: 0777", "Fast link dest: \"usr/lib\""]),
            ("/var/tmp", ["Type: directory Mode: 01777"]),
            ("/var/pipe", ["Type: FIFO"]),
            ("/etc/machine-id", ["Type: regular Mode: 0644", "Size: 0"]),
            ("/proc", ["Type: directory Mode: 0555"]),
            ("/lost+found", ["Inode: 11 Type: directory Mode: 0700"]),
            ("/usr/share/with space", ["Size: 3"]), ("/usr/share/ö", ["Size: 3"]),
            ("/usr/share/many/file-with-a-name-2999", ["Size: 0"]),
            ("/usr/share/\(String(repeating: "d", count: 200))/\(String(repeating: "n", count: 200))", ["Size: 4"]),
        ] {
            let said = try await status(path, disk)
            for fact in facts { #expect(said.contains(fact), "\(path): expected \(fact) in \(said)") }
        }
        #expect(try await status("/dev/null", disk).isEmpty, "a device node was made")
        #expect(
            try await status("/usr/bin/second", disk).prefix(12) == status("/usr/bin/first", disk).prefix(12),
            "a hard link has an inode of its own")
    }

    @Test func keepsWhatFilesHold() async throws {
        let fixture = try Fixture(inspector: DiskInspector())
        let (disk, _) = try await importTree(.zst, fixture)
        for path in ["home/alice/big", "usr/bin/ping", "boot/initrd.img-\(TestArchive.version)", "usr/bin/second"] {
            _ = try await debugfs("dump /\(path) \(fixture.scratch.path)/dumped", disk)
            try await fixture.scratch.shell("cmp dumped 'tree/\(path)'")
        }
        // All names of a directory of several blocks, and none that the archive does not have.
        let listing = try await debugfs("ls -p /usr/share/many", disk).split(separator: "\n")
        #expect(listing.count == 3002)
        let odd = try await Shell.run(
            "debugfs -R 'ls -p /usr/share' '\(disk)?offset=\(Self.rootOffset)' 2>/dev/null | grep -ac -e ö -e 'with space'"
        )
        #expect(odd == "2\n")
    }

    @Test func bootsByItsOwnIdentifiers() async throws {
        let fixture = try Fixture(inspector: DiskInspector())
        let (disk, _) = try await importTree(.none, fixture)
        let header = try await Shell.run("dumpe2fs -h '\(disk)?offset=\(Self.rootOffset)' 2>/dev/null")
        let id = try #require(
            header.split(separator: "\n").first { $0.hasPrefix("Filesystem UUID:") }?.split(separator: " ").last)
        #expect(header.contains("Filesystem state:         clean"))
        #expect(!header.contains("metadata_csum_seed") && !header.contains("orphan_file"))
        let table = try await debugfs("cat /etc/fstab", disk).split(separator: "\n")
        #expect(table.contains("# mine") && table.contains("tmpfs /var/x tmpfs size=1m 0 0"))
        #expect(table.contains("UUID=\(id) / ext4 noatime 0 0"))
        #expect(table.contains("# not on this disk: UUID=5678 swap swap sw 0 0"))
        #expect(table.last?.hasSuffix("/boot/efi vfat umask=0077,nofail 0 1") == true)
        let menu = try await debugfs("cat /boot/grub/grub.cfg", disk)
        #expect(
            menu.contains(
                "linux /boot/vmlinuz-\(TestArchive.version) root=UUID=\(id) ro quiet console=ttyS0,115200n8\n"))
        #expect(menu.contains("initrd /boot/initrd.img-\(TestArchive.version)\n") && menu.contains("set timeout=0\n"))
        #expect(try await debugfs("ls -p /boot/grub/i386-pc", disk).contains("/normal.mod/"))
        let partition = "\(disk)@@\(4096 * 512)"
        let stub = try await Shell.run("mtype -i '\(partition)' ::/EFI/debian/grub.cfg")
        #expect(stub.contains("search.fs_uuid \(id) root\n"))
        for (path, file) in [
            ("BOOT/BOOTX64.EFI", "/usr/lib/shim/shimx64.efi.signed"),
            ("BOOT/grubx64.efi", "/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed"),
        ] {
            _ = try await Shell.run("mtype -i '\(partition)' '::/EFI/\(path)' | cmp - '\(file)'")
        }
        #expect(try await Shell.run("sgdisk --verify '\(disk)'").contains("No problems found"))
        try await fixture.scratch.shell("dd if=disk of=esp bs=2M skip=1 count=32 status=none && fsck.vfat -n esp")
        // The boot sector names the place of GRUB's core, and the core that of its rest.
        try await fixture.scratch.shell("head -c \(2049 * 512) disk > start")
        let start = try fixture.scratch.read("start")
        #expect(Array(start[0x5C..<0x64]) == [0, 8, 0, 0, 0, 0, 0, 0])
        #expect(Array(start[(2048 * 512 + 500)..<(2048 * 512 + 508)]) == [1, 8, 0, 0, 0, 0, 0, 0])
    }

    /// The layout of Fedora and its kin: names of kernels and initramfs, and shim and GRUB of its own.
    @Test func takesTheLoaderThatTheArchiveBrings() async throws {
        let fixture = try Fixture(inspector: DiskInspector())
        var archive = TestArchive.bootable
        let grub = noise(3000) + Array("/EFI/fedora\u{0}".utf8) + noise(100)
        archive.add("boot/efi/EFI/fedora/shimx64.efi", body: noise(2000, seed: 5))
        archive.add("boot/efi/EFI/fedora/grubx64.efi", body: grub)
        archive.add("boot/grub2/grubenv", body: [1])
        for version in ["6.9.10-200.fc40.x86_64", "6.10.3-200.fc40.x86_64"] {
            archive.add("boot/vmlinuz-\(version)", body: TestArchive.kernel)
            archive.add("boot/initramfs-\(version).img", body: noise(10))
            archive.add("lib/modules/\(version)/modules.dep", body: [1])
        }
        archive.add("boot/vmlinuz-6.11.0-rc1", body: TestArchive.kernel)
        archive.add("boot/vmlinuz-0-rescue-1234", body: TestArchive.kernel)
        let disk = try await importArchive(archive, fixture)
        let partition = "\(disk)@@\(4096 * 512)"
        _ = try fixture.scratch.write("grub", grub)
        try await fixture.scratch.shell("mtype -i '\(partition)' ::/EFI/BOOT/grubx64.efi | cmp - grub")
        #expect(try await Shell.run("mtype -i '\(partition)' ::/EFI/fedora/grub.cfg").contains("/boot/grub2\n"))
        let menu = try await debugfs("cat /boot/grub2/grub.cfg", disk)
        #expect(menu.contains("linux /boot/vmlinuz-6.10.3-200.fc40.x86_64 "))
        #expect(menu.contains("initrd /boot/initramfs-6.10.3-200.fc40.x86_64.img\n"))
    }

    private func importArchive(_ archive: TestArchive, _ fixture: Fixture) async throws -> String {
        let path = try fixture.scratch.write("root.tar", archive.ended)
        let image = try await fixture.importer.importImage(
            ImportRequest(source: .file(path), format: .tar, diskSize: 160 << 20), signer: fixture.signer)
        let disk = try await fixture.diskFile(image.manifest)
        _ = try await Shell.run("e2fsck -f -n '\(disk)?offset=\(Self.rootOffset)'")
        return disk
    }

    /// T26, the other side: what stays inside is followed, and the last entry of a name counts.
    @Test func followsLinksThatStayInsideT26() async throws {
        let fixture = try Fixture(inspector: DiskInspector())
        var archive = TestArchive.bootable
        archive.add("usr/lib/deep", "2", target: "../../usr/share")
        archive.add("usr/lib/deep/file", body: Array("inside".utf8))
        archive.add("etc/motd", body: Array("old".utf8))
        archive.add("etc/kept", "1", target: "etc/motd")
        archive.add("./etc//motd", body: Array("new".utf8), fields: .init(mode: "0000600"))
        archive.add("etc/absolute", "2", target: "/etc/motd")
        archive.add("etc/shadowed", "2", target: "/etc/passwd")
        archive.add("etc/shadowed", body: Array("a file".utf8))
        archive.add("dev/console", "3")
        archive.add("lost+found/piece", body: [1])
        archive.add("new/parents/of/a/file", body: [1])
        let disk = try await importArchive(archive, fixture)
        #expect(try await debugfs("cat /usr/share/file", disk) == "inside")
        #expect(try await debugfs("cat /etc/motd", disk) == "new")
        #expect(try await debugfs("cat /etc/kept", disk) == "old")
        #expect(try await debugfs("cat /etc/shadowed", disk) == "a file")
        #expect(try await status("/etc/absolute", disk).contains("Fast link dest: \"/etc/motd\""))
        #expect(try await status("/etc/motd", disk).contains("Mode: 0600"))
        #expect(try await status("/new/parents/of/a", disk).contains("Mode: 0755"))
        #expect(try await debugfs("ls -p /dev", disk).split(separator: "\n").count == 2)
        #expect(try await debugfs("ls -p /lost+found", disk).contains("piece") == false)
    }

    @Test func leavesNothingWhereItIsCancelled() async throws {
        let fixture = try Fixture()
        var archive = TestArchive.bootable
        for index in 0..<40 { archive.add("var/part-\(index)", body: noise(1 << 20, seed: UInt64(index + 1))) }
        let path = try fixture.scratch.write("root.tar", archive.ended)
        let begun = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            try await fixture.importer.importImage(
                ImportRequest(source: .file(path), format: .tar), signer: fixture.signer,
                progress: { if $0.phase == .building { begun.continuation.yield() } })
        }
        for await _ in begun.stream { break }
        task.cancel()
        await #expect(throws: (any Error).self) { try await task.value }
        #expect(try fixture.litter().isEmpty)
        #expect(try await fixture.manifests.digests().isEmpty)
    }

    @Test func asksForRelabellingWhereSELinuxWouldFindNoLabels() async throws {
        for isLabelled in [false, true] {
            let fixture = try Fixture(inspector: DiskInspector())
            var archive = TestArchive.bootable
            archive.add("etc/selinux/config", body: Array("SELINUX=enforcing\n".utf8))
            archive.add("usr/sbin/setfiles", body: [1])
            let label = isLabelled ? [(key: "RHT.security.selinux", value: "system_u:object_r:bin_t:s0")] : []
            archive.add("usr/bin/", "5", fields: .init(mode: "0000755"), pax: label)
            let disk = try await importArchive(archive, fixture)
            #expect(try await status("/.autorelabel", disk).contains("Type: regular") == !isLabelled)
            let directory = try await status("/usr/bin", disk)
            #expect(directory.contains("security.selinux (27)") == isLabelled, "\(directory)")
        }
    }
}

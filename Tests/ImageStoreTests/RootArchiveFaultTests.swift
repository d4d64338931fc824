import FoundationEssentials
import ImageStore
import Synchronization
import Testing

/// Archives that no good program makes: fault test T26.
struct RootArchiveFaultTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let entry: String
        let reason: String
        let make: @Sendable (inout TestArchive) -> Void

        var testDescription: String { "\(entry): \(reason)" }

        init(_ entry: String, _ reason: String, _ make: @escaping @Sendable (inout TestArchive) -> Void) {
            self.entry = entry
            self.reason = reason
            self.make = make
        }
    }

    private static let out = "leads out of the root"

    static let escapes: [Case] = [
        Case("../etc/passwd", out) { $0.add("../etc/passwd", body: [1]) },
        Case("usr/../../etc/passwd", out) { $0.add("usr/../../etc/passwd", body: [1]) },
        Case("..", out) { $0.add("..", "5") },
        Case("/etc/passwd", out) { $0.add("/etc/passwd", body: [1]) },
        Case("//etc/", out) { $0.add("//etc/", "5") },
        Case("/long/passwd", out) { $0.add("short", body: [1], pax: [("path", "/long/passwd")]) },
        Case("../long", out) {
            $0.addRaw(
                TestArchive.header(
                    "././@LongLink", "L", "", size: Array("00000000010".utf8), .init(magic: "ustar  \u{0}"))
                    + Array("../long".utf8) + [UInt8](repeating: 0, count: 505))
            $0.add("short", body: [1])
        },
        Case("link/passwd", "symbolic link to '/etc', which leads out") {
            $0.add("link", "2", target: "/etc")
            $0.add("link/passwd", body: [1])
        },
        Case("up/passwd", out) {
            $0.add("up", "2", target: "..")
            $0.add("up/passwd", body: [1])
        },
        Case("usr/lib/far/x", out) {
            $0.add("usr/lib/far", "2", target: "../../../../etc")
            $0.add("usr/lib/far/x", body: [1])
        },
        Case("second/x", out) {
            $0.add("first", "2", target: "usr/../..")
            $0.add("second", "2", target: "first/etc")
            $0.add("second/x", body: [1])
        },
        Case("ring/x", "too many symbolic links") {
            $0.add("ring", "2", target: "ring")
            $0.add("ring/x", body: [1])
        },
        Case("hard", out) { $0.add("hard", "1", target: "../../etc/shadow") },
        Case("hard", out) { $0.add("hard", "1", target: "/etc/shadow") },
        Case("hard", "symbolic link to '/etc'") {
            $0.add("link", "2", target: "/etc")
            $0.add("hard", "1", target: "link/shadow")
        },
        Case("hard", out) { $0.add("hard", "1", target: "etc", pax: [("linkpath", "/etc/shadow")]) },
        Case("hard", "no file before it") { $0.add("hard", "1", target: "later") },
        Case("hard", "no file before it") { $0.add("hard", "1", target: "usr") },
        Case("tmp/sda", "device node") { $0.add("tmp/sda", "4") },
        Case("null", "device node") { $0.add("null", "3") },
        Case("dev", "device node") { $0.add("dev", "3") },
        Case("devices/null", "device node") { $0.add("devices/null", "3") },
    ]

    static let lies: [Case] = [
        Case("big", "no number or too large") { $0.add("big", pax: [("size", "99999999999999999999")]) },
        Case("big", "no number or too large") { $0.add("big", pax: [("size", "-1")]) },
        Case("big", "beyond the limit") { $0.add("big", pax: [("size", "9223372036854775807")]) },
        Case("big", "ends early") { $0.add("big", fields: .init(size: Array("77777777777".utf8))) },
        Case("file", "63 bits") { $0.add("file", fields: .init(size: [0x80] + [UInt8](repeating: 0xFF, count: 11))) },
        Case("file", "63 bits") { $0.add("file", fields: .init(size: [0x90] + [UInt8](repeating: 0, count: 11))) },
        Case("file", "out of range") { $0.add("file", fields: .init(size: [UInt8](repeating: 0xFF, count: 12))) },
        Case("file", "no octal number") { $0.add("file", fields: .init(size: Array("0000000009z".utf8))) },
        Case("file", "no octal number") { $0.add("file", fields: .init(mode: "000x644")) },
        Case("file", "no number or too large") { $0.add("file", pax: [("uid", "4294967295")]) },
        Case("file", "no time") { $0.add("file", pax: [("mtime", "1.5x")]) },
        Case("pax", "a length that cannot be") { $0.addExtended(Array("999 path=x\n".utf8)) },
        Case("pax", "a length that cannot be") { $0.addExtended(Array("99999999999999999999 path=x\n".utf8)) },
        Case("pax", "a length that cannot be") { $0.addExtended(Array("2 path=x\n".utf8)) },
        Case("pax", "malformed") { $0.addExtended(Array("3 path=x\n".utf8)) },
        Case("pax", "malformed") { $0.addExtended(Array("9 path=xy".utf8)) },
        Case("pax", "a zero in it") { $0.addExtended(TestArchive.record("path", "a\u{0}b")) },
        Case("pax", "extended header of") { $0.addExtended([UInt8](repeating: 0x31, count: (1 << 20) + 1)) },
        Case("pax", "ends within it") { $0.addExtended(TestArchive.record("path", "x")) },
        Case("pax", "global header") { $0.addExtended(TestArchive.record("size", "1"), type: "g") },
        Case("sparse", "sparse file") { $0.add("sparse", "S", body: [1]) },
        Case("sparse", "sparse file") {
            $0.add("sparse", body: [1], pax: [("GNU.sparse.major", "1"), ("GNU.sparse.realsize", "1099511627776")])
        },
        Case("sparse", "sparse file") { $0.add("sparse", body: [1], pax: [("SCHILY.realsize", "1099511627776")]) },
        Case("etc/", "has a body") { $0.add("etc/", "5", body: [1]) },
        Case("file", "is not understood") { $0.add("file", "V") },
        Case("file", "cannot be kept") { $0.add("file", pax: [("SCHILY.xattr.system.data", "x")]) },
        Case("file", "extended attributes take") {
            $0.add("file", pax: [("SCHILY.xattr.user.x", String(repeating: "x", count: 4000))])
        },
        Case("etc", "filled") {
            $0.add("etc/x"); $0.add("etc")
        },
        Case("file/x", "a file stands where") {
            $0.add("file"); $0.add("file/x")
        },
        Case("aaaa", "255 bytes") { $0.add("x", pax: [("path", String(repeating: "a", count: 256))]) },
        Case("aaaa", "255 bytes") { $0.add("x", pax: [("path", String(repeating: "a", count: 256) + "/x")]) },
        Case("long/x", "255 bytes") {
            $0.add("long", "2", pax: [("linkpath", String(repeating: "a", count: 256) + "/b")])
            $0.add("long/x")
        },
        Case("a/a/a", "deeper than") { $0.add("x", pax: [("path", String(repeating: "a/", count: 300) + "x")]) },
        Case("aaaa", "longer than 4095") {
            $0.add("x", pax: [("path", String(repeating: "a", count: 4096))])
        },
        Case("nowhere", "without a target") { $0.add("nowhere", "2") },
    ]

    /// Nothing is written, neither a disk nor a chunk; the error names the entry.
    @Test(arguments: escapes + lies)
    func refusesByNameT26(_ hostile: Case) async throws {
        let fixture = try Fixture()
        var archive = TestArchive.bootable
        hostile.make(&archive)
        let error = try await refusal(archive.ended, fixture)
        #expect(error.contains("'\(hostile.entry)") || error.contains(hostile.entry), "\(error)")
        #expect(error.contains(hostile.reason), "\(error)")
    }

    private func refusal(_ bytes: [UInt8], _ fixture: Fixture, _ compression: Compression = .none) async throws
        -> String
    {
        let path = try fixture.scratch.write("root.tar", bytes)
        let error = await #expect(throws: ImportError.self) { try await fixture.importFile(path, .tar, compression) }
        #expect(!FileManager.default.fileExists(atPath: fixture.scratch.path + "/spool"), "a disk was begun")
        #expect(try await fixture.storedDigests().isEmpty)
        return "\(try #require(error))"
    }

    /// Ten million entries, as one small packed file.
    @Test func stopsAtTooManyEntriesT26() async throws {
        let fixture = try Fixture()
        var archive = TestArchive()
        for _ in 0..<16384 { archive.add("a") }
        _ = try fixture.scratch.write("part", archive.bytes)
        try await fixture.scratch.shell("zstd -q -19 part && for i in $(seq 611); do cat part.zst; done > many.zst")
        let packed = try fixture.scratch.read("many.zst")
        #expect(packed.count < 1 << 20)
        let error = try await refusal(packed, fixture, .zst)
        #expect(error.contains("more than 2097152 headers"), "\(error)")
    }

    /// Half a TiB of zeros, as one small packed file.
    @Test func isCancelledAmongTheZerosBehindTheEndT26() async throws {
        let fixture = try Fixture()
        _ = try fixture.scratch.write("start", TestArchive.bootable.ended)
        try await fixture.scratch.shell(
            "zstd -q start && truncate -s 1G zeros && zstd -q zeros && cp start.zst long.zst && "
                + "for i in $(seq 512); do cat zeros.zst; done >> long.zst")
        let path = fixture.scratch.path + "/long.zst"
        let total = UInt64(try fixture.scratch.read("long.zst").count)
        let seen = Mutex<Set<ImportProgress.Phase>>([])
        let begun = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            defer { begun.continuation.finish() }
            return try await fixture.importer.importImage(
                ImportRequest(source: .file(path), format: .tar, compression: .zst), signer: fixture.signer,
                progress: { progress in
                    seen.withLock { _ = $0.insert(progress.phase) }
                    if progress.bytesRead > total / 16 { begun.continuation.finish() }
                })
        }
        for await _ in begun.stream {}
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(seen.withLock { $0 } == [.surveying], "it was read to its end")
    }

    @Test func stopsAtTooManyNamesT26() async throws {
        let fixture = try Fixture(limits: ImportLimits(archive: ArchiveLimits(nameBytes: 5000)))
        var archive = TestArchive.bootable
        for index in 0..<1000 { archive.add("file-\(index)") }
        let error = try await refusal(archive.ended, fixture)
        #expect(error.contains("file-") && error.contains("more than 5000"), "\(error)")
    }

    /// A path of few bytes makes as many directories as it has parts.
    @Test func stopsAtTooManyDirectoriesThatOnlyPathsName() async throws {
        let fixture = try Fixture(limits: ImportLimits(archive: ArchiveLimits(headers: 500)))
        var archive = TestArchive.bootable
        for index in 0..<20 { archive.add("\(index)/" + String(repeating: "a/", count: 40) + "x") }
        let error = try await refusal(archive.ended, fixture)
        #expect(error.contains("more than 500 headers and directories"), "\(error)")
    }

    /// A bomb that unpacks to less than its declared size is told by its header.
    @Test func stopsAtABodyBeyondTheLimitT26() async throws {
        let fixture = try Fixture(limits: ImportLimits(maximumVirtualSize: 1 << 30))
        var archive = TestArchive.bootable
        archive.add("bomb", fields: .init(size: Array("10000000001".utf8)))
        let error = try await refusal(archive.ended, fixture)
        #expect(error.contains("'bomb'") && error.contains("beyond the limit"), "\(error)")
    }

    @Test(arguments: [
        (0, "before the first entry"), (300, "before the first entry"), (4096, "ends early"), (-1024, "ends early"),
    ])
    func refusesATruncatedArchive(length: Int, reason: String) async throws {
        let whole = TestArchive.bootable.ended
        let cut = Array(length < 0 ? whole.dropLast(-length) : whole.prefix(length))
        let error = try await refusal(cut, try Fixture())
        #expect(error.contains(reason), "\(error)")
    }

    @Test func refusesWhatIsNoArchive() async throws {
        #expect(try await refusal(noise(8192), try Fixture()).contains("no tar archive"))
        var old = TestArchive()
        old.add("file", fields: .init(magic: ""))
        #expect(try await refusal(old.ended, try Fixture()).contains("no tar archive"))
        var damaged = TestArchive.bootable
        damaged.add("file", fields: .init(spoilsChecksum: true))
        #expect(try await refusal(damaged.ended, try Fixture()).contains("checksum is wrong"))
        let two = TestArchive.bootable.ended + TestArchive.bootable.ended
        #expect(try await refusal(two, try Fixture()).contains("bytes follow the archive's end"))
    }

    @Test(arguments: [
        ("boot/vmlinuz", "no kernel /boot/vmlinuz-VERSION"), ("boot/initrd", "no initramfs for its kernel"),
        ("modules.dep", "no modules for its kernel"), ("usr/sbin/init", "no /sbin/init"),
    ])
    func saysWhatIsMissingToBoot(path: String, reason: String) async throws {
        var archive = TestArchive()
        for entry in BootableEntries.all where !entry.path.contains(path) { entry.add(&archive) }
        let error = try await refusal(archive.ended, try Fixture())
        #expect(error.contains(reason) && error.contains("pack it again"), "\(error)")
    }

    /// Neither the archive nor the server's machine brings what firmware starts.
    @Test func saysWhichPackageTheMachineNeeds() async throws {
        let nowhere = MachineBootFiles(root: "/nowhere")
        var archive = TestArchive.bootable
        #expect(try await refusal(archive.ended, try Fixture(bootFiles: nowhere)).contains("the package shim-signed"))
        archive.add("boot/efi/EFI/fedora/shimx64.efi", body: [1])
        archive.add("boot/efi/EFI/fedora/grubx64.efi", body: Array("/EFI/fedora\u{0}".utf8))
        #expect(try await refusal(archive.ended, try Fixture(bootFiles: nowhere)).contains("the package grub-pc-bin"))
    }

    @Test func refusesAKernelOfAnotherArchitecture() async throws {
        var archive = TestArchive.bootable
        archive.add("boot/vmlinuz-\(TestArchive.version)", body: noise(9000))
        #expect(try await refusal(archive.ended, try Fixture()).contains("none for x86"))
    }

    @Test func refusesADiskThatIsTooSmallOrTooLarge() async throws {
        let fixture = try Fixture(limits: ImportLimits(maximumVirtualSize: 1 << 30))
        let path = try fixture.scratch.write("root.tar", TestArchive.bootable.ended)
        for (size, reason) in [(UInt64(100) << 20, "is too small"), (2 << 30, "larger than the limit")] {
            let error = await #expect(throws: ImportError.self) {
                try await fixture.importer.importImage(
                    ImportRequest(source: .file(path), format: .tar, diskSize: size), signer: fixture.signer)
            }
            #expect("\(try #require(error))".contains(reason), "\(error.map { "\($0)" } ?? "")")
        }
    }
}

/// The entries of a bootable archive, one by one.
struct BootableEntries {
    let path: String
    let add: (inout TestArchive) -> Void

    static var all: [BootableEntries] {
        let version = TestArchive.version
        let bodies: [(String, [UInt8])] = [
            ("boot/vmlinuz-\(version)", TestArchive.kernel), ("boot/initrd.img-\(version)", noise(100)),
            ("usr/lib/modules/\(version)/modules.dep", [1]), ("usr/sbin/init", [1]),
        ]
        let links = [("lib", "usr/lib"), ("sbin", "usr/sbin")]
        return bodies.map { path, body in BootableEntries(path: path) { $0.add(path, body: body) } }
            + links.map { path, target in BootableEntries(path: path) { $0.add(path, "2", target: target) } }
    }
}

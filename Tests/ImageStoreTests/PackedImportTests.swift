import ImageFormat
import ImageStore
import Testing

struct PackedImportTests {
    static let packers: [(compression: Compression, command: String)] = [
        (.gz, "gzip -c"), (.xz, "xz -c -1"), (.zst, "zstd -q -c"),
    ]

    @Test(arguments: packers.map(\.compression), [DiskImageFormat.raw, .qcow2])
    func unpacks(compression: Compression, format: DiskImageFormat) async throws {
        let fixture = try Fixture()
        _ = try fixture.scratch.write("plain", sampleDisk)
        try await fixture.scratch.shell(
            "qemu-img convert -f raw -O \(format.name) plain disk && \(Self.command(compression)) disk > packed")
        let image = try await fixture.importFile(fixture.scratch.path + "/packed", format, compression)
        #expect(try await fixture.disk(image.manifest) == sampleDisk)
        #expect(try fixture.litter().isEmpty)
    }

    @Test(arguments: packers.map(\.compression))
    func unpacksSeveralStreamsBehindEachOther(compression: Compression) async throws {
        let fixture = try Fixture()
        _ = try fixture.scratch.write("disk", sampleDisk)
        let pack = Self.command(compression)
        try await fixture.scratch.shell(
            "(head -c 1000 disk | \(pack); tail -c +1001 disk | head -c 2000000 | \(pack); "
                + "tail -c +2001001 disk | \(pack)) > packed")
        let image = try await fixture.importFile(fixture.scratch.path + "/packed", .raw, compression)
        #expect(try await fixture.disk(image.manifest) == sampleDisk)
    }

    /// T28.
    @Test(arguments: packers.map(\.compression), [0, 1, 5, 12, 100_000, -1, -5])
    func refusesATruncatedStream(compression: Compression, length: Int) async throws {
        let fixture = try Fixture()
        _ = try fixture.scratch.write("disk", sampleDisk)
        try await fixture.scratch.shell("\(Self.command(compression)) disk | head -c \(length) > packed")
        await #expect(throws: StreamError.self) {
            try await fixture.importFile(fixture.scratch.path + "/packed", .raw, compression)
        }
        #expect(try await fixture.manifests.digests().isEmpty)
        #expect(try fixture.litter().isEmpty)
    }

    /// T27.
    @Test(arguments: packers.map(\.compression), ["garbage", "\u{1F}garbage"])
    func refusesBytesBehindTheStream(compression: Compression, garbage: String) async throws {
        let fixture = try Fixture()
        _ = try fixture.scratch.write("disk", sampleDisk)
        try await fixture.scratch.shell("(\(Self.command(compression)) disk; printf '\(garbage)') > packed")
        await #expect(throws: StreamError.self) {
            try await fixture.importFile(fixture.scratch.path + "/packed", .raw, compression)
        }
    }

    @Test(arguments: packers.map(\.compression))
    func refusesADamagedStream(compression: Compression) async throws {
        let fixture = try Fixture()
        _ = try fixture.scratch.write("disk", sampleDisk)
        try await fixture.scratch.shell("\(Self.check(compression)) disk > packed")
        var bytes = try fixture.scratch.read("packed")
        bytes[bytes.count / 2] ^= 0x10
        let path = try fixture.scratch.write("packed", bytes)
        await #expect(throws: StreamError.self) { try await fixture.importFile(path, .raw, compression) }
    }

    @Test(arguments: packers.map(\.compression))
    func refusesAStreamOfAnotherKind(compression: Compression) async throws {
        let fixture = try Fixture()
        let path = try fixture.scratch.write("packed", sampleDisk)
        await #expect(throws: StreamError.self) { try await fixture.importFile(path, .raw, compression) }
    }

    @Test(arguments: packers.map(\.compression))
    func refusesAPackedFileThatIsDeclaredAsUnpacked(compression: Compression) async throws {
        let fixture = try Fixture()
        _ = try fixture.scratch.write("disk", sampleDisk)
        try await fixture.scratch.shell("\(Self.command(compression)) disk > packed")
        await #expect(throws: ImportError.self) { try await fixture.importFile(fixture.scratch.path + "/packed") }
    }

    /// T27.
    @Test(arguments: packers.map(\.compression), [DiskImageFormat.raw, .qcow2])
    func stopsAtABomb(compression: Compression, format: DiskImageFormat) async throws {
        let fixture = try Fixture(limits: ImportLimits(maximumVirtualSize: 8 << 20))
        try await fixture.scratch.shell("head -c 1G /dev/zero | \(Self.command(compression)) > packed")
        await #expect(throws: ImportError.self) {
            try await fixture.importFile(fixture.scratch.path + "/packed", format, compression)
        }
        #expect(try fixture.litter().isEmpty)
    }

    /// T27: a disk of zeros looks like a bomb, and is none: ten streams of one GiB each.
    @Test func takesALargeDiskOfZeros() async throws {
        let fixture = try Fixture()
        try await fixture.scratch.shell(
            "head -c 1G /dev/zero | xz -c -0 > one && for i in 0 1 2 3 4 5 6 7 8 9; do cat one; done > packed")
        let image = try await fixture.importFile(fixture.scratch.path + "/packed", .raw, .xz)
        #expect(image.manifest.diskSize == 10 << 30)
        #expect(image.manifest.chunks == Array(repeating: nil, count: 10 << 10))
        #expect(try await fixture.storedDigests().isEmpty)
    }

    /// T27: what wants more than 128 MiB to be unpacked.
    @Test(arguments: [
        (Compression.xz, "xz -c --lzma2=preset=0,dict=512MiB"), (.zst, "zstd -q -c --long=31 --ultra -22"),
    ])
    func refusesAWindowThatIsTooLarge(compression: Compression, command: String) async throws {
        let fixture = try Fixture()
        try await fixture.scratch.shell("head -c 1M /dev/zero | \(command) > packed")
        await #expect(throws: StreamError.tooMuchMemory(compression, limit: 128 << 20)) {
            try await fixture.importFile(fixture.scratch.path + "/packed", .raw, compression)
        }
    }

    @Test(arguments: [(Compression.xz, "xz -c -6"), (.zst, "zstd -q -c --ultra -22 --long=27")])
    func keepsToItsMemory(compression: Compression, command: String) async throws {
        let fixture = try Fixture(limits: ImportLimits(decoderMemory: 1 << 20))
        _ = try fixture.scratch.write("disk", sampleDisk)
        try await fixture.scratch.shell("cat disk | \(command) > packed")
        await #expect(throws: StreamError.tooMuchMemory(compression, limit: 1 << 20)) {
            try await fixture.importFile(fixture.scratch.path + "/packed", .raw, compression)
        }
    }

    private static func command(_ compression: Compression) -> String {
        packers.first { $0.compression == compression }?.command ?? "false"
    }

    /// Packs so that every bit of the payload is covered by a checksum.
    private static func check(_ compression: Compression) -> String {
        compression == .zst ? "zstd -q -c --check" : command(compression)
    }
}

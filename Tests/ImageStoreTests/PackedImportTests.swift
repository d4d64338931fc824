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
            "qemu-img convert -f raw -O \(format.rawValue) plain disk && \(Self.command(compression)) disk > packed")
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

    @Test(arguments: packers.map(\.compression), [DiskImageFormat.raw, .qcow2])
    func stopsAtABomb(compression: Compression, format: DiskImageFormat) async throws {
        let fixture = try Fixture(limits: ImportLimits(maximumVirtualSize: 8 << 20))
        try await fixture.scratch.shell("head -c 1G /dev/zero | \(Self.command(compression)) > packed")
        await #expect(throws: ImportError.self) {
            try await fixture.importFile(fixture.scratch.path + "/packed", format, compression)
        }
        #expect(try fixture.litter().isEmpty)
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

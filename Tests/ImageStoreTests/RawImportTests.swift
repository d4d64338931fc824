import FoundationEssentials
import ImageFormat
import ImageStore
import Synchronization
import Testing

struct RawImportTests {
    @Test func storesADiskChunkByChunk() async throws {
        let fixture = try Fixture()
        let image = try await fixture.importFile(fixture.scratch.write("disk", sampleDisk))
        #expect(image.manifest.diskSize == UInt64(sampleDisk.count))
        #expect(image.manifest.chunks.map { $0 == nil } == [false, true, false, false])
        #expect(try await fixture.disk(image.manifest) == sampleDisk)
        #expect(try fixture.litter().isEmpty)
    }

    @Test func signsTheManifestThatItStores() async throws {
        let fixture = try Fixture()
        let image = try await fixture.importFile(fixture.scratch.write("disk", sampleDisk))
        let document = try #require(try await fixture.manifests.read(image.digest))
        #expect(try Manifest.decode(fixture.signer.trusted.verify(document)) == image.manifest)
    }

    @Test func readsNoHoles() async throws {
        let fixture = try Fixture()
        try await fixture.scratch.shell(
            "truncate -s 64G disk && printf data | dd of=disk bs=1 seek=$((40 << 30)) conv=notrunc status=none")
        let image = try await fixture.importFile(fixture.scratch.path + "/disk")
        #expect(image.manifest.chunks.count == 64 << 10)
        #expect(image.manifest.chunks.indices.filter { image.manifest.chunks[$0] != nil } == [40 << 10])
    }

    @Test func storesEqualChunksOnce() async throws {
        let fixture = try Fixture()
        let disk = noise(1 << 20) + noise(1 << 20) + noise(1 << 20)
        let image = try await fixture.importFile(fixture.scratch.write("disk", disk))
        #expect(image.newChunks == 1)
        #expect(try await fixture.disk(image.manifest) == disk)
        let again = try await fixture.importFile(fixture.scratch.path + "/disk")
        #expect(again.newChunks == 0)
        #expect(again.digest == image.digest)
    }

    @Test func importsSideBySideIntoOneStore() async throws {
        let fixture = try Fixture()
        let path = try fixture.scratch.write("disk", sampleDisk)
        let images = try await withThrowingTaskGroup(of: ImportedImage.self) { group in
            for _ in 0..<4 { group.addTask { try await fixture.importFile(path) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(images.map(\.digest)).count == 1)
        #expect(try await fixture.storedDigests() == Set(images[0].manifest.chunks.compactMap { $0 }))
        #expect(try await fixture.disk(images[0].manifest) == sampleDisk)
    }

    @Test(arguments: [DiskImageFormat.raw, .qcow2])
    func refusesADiskThatIsTooLarge(format: DiskImageFormat) async throws {
        let fixture = try Fixture(limits: ImportLimits(maximumVirtualSize: 1 << 20))
        try await fixture.scratch.shell("qemu-img create -q -f \(format.name) disk 1025K")
        await #expect(throws: ImportError.self) {
            try await fixture.importFile(fixture.scratch.path + "/disk", format)
        }
        #expect(try await fixture.manifests.digests().isEmpty)
    }

    @Test(arguments: ["qcow2", "vmdk", "vdi", "vhdx"])
    func refusesAnotherFormatThatIsDeclaredAsRaw(format: String) async throws {
        let fixture = try Fixture()
        try await fixture.scratch.shell("qemu-img create -q -f \(format) disk 1M")
        await #expect(throws: ImportError.self) { try await fixture.importFile(fixture.scratch.path + "/disk") }
    }

    @Test func refusesADiskThatIsNotMadeOfSectors() async throws {
        let fixture = try Fixture()
        let path = try fixture.scratch.write("disk", noise(1000))
        await #expect(throws: (any Error).self) { try await fixture.importFile(path) }
        #expect(try await fixture.manifests.digests().isEmpty)
    }

    @Test func refusesAWrongChecksum() async throws {
        let fixture = try Fixture()
        let path = try fixture.scratch.write("disk", sampleDisk)
        let right = ChunkDigest(of: sampleDisk).description
        await #expect(
            throws: ImportError.wrongChecksum(
                expected: ChunkDigest(of: [UInt8]()).description, found: right)
        ) {
            try await fixture.importFile(path, sha256: ChunkDigest(of: [UInt8]()).description)
        }
        await #expect(throws: ImportError.self) { try await fixture.importFile(path, sha256: "abc") }
        _ = try await fixture.importFile(path, sha256: right)
    }

    @Test(arguments: ["/nonexistent/disk", "relative", "/dev/zero", "/tmp"])
    func refusesWhatIsNoFile(path: String) async throws {
        let fixture = try Fixture()
        await #expect(throws: (any Error).self) { try await fixture.importFile(path) }
    }

    @Test func tellsHowFarItIs() async throws {
        let fixture = try Fixture()
        let path = try fixture.scratch.write("disk", sampleDisk)
        let seen = ProgressLog()
        _ = try await fixture.importer.importImage(
            ImportRequest(source: .file(path), format: .raw), signer: fixture.signer,
            progress: { seen.add($0) })
        let steps = seen.steps
        #expect(steps.last?.phase == .finishing)
        #expect(steps.contains { $0.phase == .storing && $0.bytesRead == UInt64(sampleDisk.count) })
        #expect(steps.allSatisfy { $0.total ?? .max >= $0.bytesRead })
    }
}

final class ProgressLog: Sendable {
    private let seen = Mutex<[ImportProgress]>([])
    func add(_ step: ImportProgress) { seen.withLock { $0.append(step) } }
    var steps: [ImportProgress] { seen.withLock { $0 } }
}

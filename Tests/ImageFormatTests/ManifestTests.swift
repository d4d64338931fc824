import FoundationEssentials
import ImageFormat
import Testing

struct ManifestTests {
    @Test func encodesEqualManifestsToTheSameBytes() throws {
        let bytes = try Fixture.manifest.encoded()
        #expect(String(decoding: bytes, as: UTF8.self) == Fixture.encoded)
        #expect(try Fixture.manifest.encoded() == bytes)
    }

    @Test func survivesARoundTrip() throws {
        let manifest = try Manifest.decode(Fixture.manifest.encoded())
        #expect(manifest == Fixture.manifest)
        #expect(manifest.kind == "ingot-manifest")
        #expect(manifest.formatVersion == 1)
    }

    @Test func keepsHolesAndUnknownFactsThroughARoundTrip() throws {
        var manifest = Fixture.manifest
        manifest.chunks = [nil, nil, nil, nil]
        manifest.os = OSFacts()
        manifest.partitionTable.partitions = []
        manifest.firmware = []
        #expect(try Manifest.decode(manifest.encoded()) == manifest)
    }

    @Test(arguments: [
        "", "{", "[]", "null", "\"ingot-manifest\"", "{}", String(Fixture.encoded.dropLast()), Fixture.encoded + "}",
    ])
    func refusesWhatIsNoManifest(text: String) {
        expectMalformed(text)
    }

    @Test(arguments: [
        "kind", "formatVersion", "diskSize", "sectorSize", "chunkSize", "chunks", "partitionTable", "os", "firmware",
        "label", "diskGUID", "partitions", "number", "typeGUID", "uniqueGUID", "name", "firstLBA", "lastLBA", "role",
    ])
    func refusesAManifestThatLacksAField(field: String) {
        let text = Fixture.encoded.replacing("\"\(field)\":", with: "\"else\":")
        #expect(text != Fixture.encoded)
        expectMalformed(text)
    }

    @Test(arguments: [
        ("\"diskSize\":197632", "\"diskSize\":-197632"), ("\"diskSize\":197632", "\"diskSize\":197632.5"),
        ("\"diskSize\":197632", "\"diskSize\":99999999999999999999"), ("\"diskSize\":197632", "\"diskSize\":\"1\""),
        ("\"firstLBA\":34", "\"firstLBA\":-1"), ("\"role\":\"root\"", "\"role\":\"swap\""),
        ("\"formatVersion\":1", "\"formatVersion\":null"), ("null,", "0,"),
    ])
    func refusesValuesThatNoFieldCanHave(old: String, new: String) {
        let text = Fixture.encoded.replacing(old, with: new)
        #expect(text != Fixture.encoded)
        expectMalformed(text)
    }

    @Test(arguments: [
        "", "4bf5", "4BF5122F344554C53BDE2EBB8CD2B7E3D1600AD631C385A5D7CCE23C7785459A",
        "4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459",
        "4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a0",
        "gbf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a",
    ])
    func refusesAMalformedDigestAndShowsIt(digest: String) {
        let text = Fixture.encoded.replacing(
            "4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a", with: digest)
        #expect(text != Fixture.encoded)
        expectMalformed(text, showing: [digest, "is not a SHA-256 digest"])
    }

    private func expectMalformed(_ text: String, showing parts: [String] = []) {
        let error = #expect(throws: ManifestError.self) { try Manifest.decode(Data(text.utf8)) }
        guard case .malformed(let reason)? = error else {
            Issue.record("expected a malformed manifest, found \(String(describing: error))")
            return
        }
        for part in parts where !part.isEmpty { #expect(reason.contains(part)) }
        #expect(!reason.isEmpty)
    }

    @Test func countsTheChunksOfADisk() {
        #expect(Manifest.chunkCount(diskSize: 1, chunkSize: 65536) == 1)
        #expect(Manifest.chunkCount(diskSize: 65536, chunkSize: 65536) == 1)
        #expect(Manifest.chunkCount(diskSize: 65537, chunkSize: 65536) == 2)
        #expect(Manifest.chunkCount(diskSize: 1 << 56, chunkSize: 4 << 20) == 1 << 34)
    }

    @Test func chunksCoverTheDiskWithoutGapsAndTheLastEndsWithIt() {
        let ranges = Fixture.manifest.chunks.indices.map { Fixture.manifest.range(ofChunk: $0) }
        #expect(ranges == [0..<65536, 65536..<131_072, 131_072..<196_608, 196_608..<197_632])
    }

    @Test func countsTheBytesThatAreNoHoles() {
        var manifest = Fixture.manifest
        #expect(manifest.dataSize == 2 * 65536 + 1024)
        manifest.chunks[3] = nil
        #expect(manifest.dataSize == 2 * 65536)
        manifest.chunks = [nil, nil, nil, nil]
        #expect(manifest.dataSize == 0)
    }

    @Test func knowsTheRootPartition() {
        var table = Fixture.manifest.partitionTable
        #expect(table.root?.number == 3)
        table.partitions.removeLast()
        #expect(table.root == nil)
    }
}

import FoundationEssentials
import ImageFormat
import Testing

struct ManifestRuleTests {
    @Test(arguments: ManifestRule.all)
    func refusesAManifestThatBreaksOneRule(rule: ManifestRule) throws {
        var manifest = Fixture.manifest
        rule.change(&manifest)
        let broken = manifest
        let error = #expect(throws: ManifestError.self) { try broken.validate() }
        guard case .invalid(let field, let found, let expected)? = error else {
            Issue.record("expected an invalid \(rule.field), found \(String(describing: error))")
            return
        }
        #expect(field == rule.field)
        #expect(found == rule.found)
        #expect(!expected.isEmpty && expected != found)
        // The same comes out where the manifest comes in.
        let bytes = try broken.encoded()
        #expect(throws: ManifestError.invalid(field: field, found: found, expected: expected)) {
            try Manifest.decode(bytes)
        }
    }

    @Test func acceptsTheLargestAndTheSmallestOfEverything() throws {
        var manifest = Fixture.manifest
        manifest.partitionTable.partitions[0].firstLBA = 1
        manifest.partitionTable.partitions[0].lastLBA = 1
        manifest.partitionTable.partitions[1].number = 128
        manifest.partitionTable.partitions[1].lastLBA = Fixture.sectors - 1
        try manifest.validate()
        manifest.sectorSize = 4096
        manifest.diskSize = 3 * 65536 + 4096
        manifest.partitionTable.partitions = []
        try manifest.validate()
        manifest.chunkSize = 4 << 20
        manifest.chunks = [nil]
        try manifest.validate()
        manifest.diskSize = 4 << 20
        try manifest.validate()
    }

    @Test func saysWhatIsWrongInOneSentence() {
        var manifest = Fixture.manifest
        manifest.chunks.removeLast()
        let broken = manifest
        let error = #expect(throws: ManifestError.self) { try broken.validate() }
        #expect(error?.description == "the manifest's number of chunks is 3, expected 4")
    }

    @Test func refusesASignedOrderThatIsPassedForAManifest() throws {
        let order = Fixture.encoded.replacing("ingot-manifest", with: "ingot-order")
        #expect(throws: ManifestError.invalid(field: "kind", found: "ingot-order", expected: "ingot-manifest")) {
            try Manifest.decode(Data(order.utf8))
        }
    }
}

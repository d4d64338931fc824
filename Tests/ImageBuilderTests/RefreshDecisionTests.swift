import ImageBuilder
import ImageFormat
import Testing
import UserAPI

@Suite struct RefreshDecisionTests {
    private static func revision(
        _ number: Int, _ fingerprint: String?, recipe: String = "debian-13", channel: String? = "stable",
        retired: Timestamp? = nil
    ) -> ImageRevision {
        ImageRevision(
            number: number, digest: ChunkDigest(of: [UInt8(number)]), created: Timestamp(Int64(number)), diskSize: 1,
            dataSize: 1, sectorSize: 512, os: OSFacts(), firmware: [], channel: channel, retired: retired,
            origin: fingerprint.map { ImageOrigin(recipe: recipe, source: "trixie", fingerprint: $0) })
    }

    private static let now = ImageOrigin(recipe: "debian-13", source: "trixie", fingerprint: "b")

    @Test(
        arguments: [
            [], [revision(1, "a")], [revision(1, nil)], [revision(1, "b", recipe: "debian-12")],
            [revision(1, nil), revision(2, "a"), revision(3, nil)],
        ])
    func makesWhatIsNotThere(_ revisions: [ImageRevision]) {
        #expect(RefreshDecision(revisions: revisions, origin: Self.now) == .changed)
    }

    @Test(
        arguments: [
            [revision(1, "b")], [revision(1, "a"), revision(2, "b")],
            // An import by hand in between, and one that was withdrawn: it is not put forth again.
            [revision(1, "b"), revision(2, nil)], [revision(1, "b", channel: nil)],
            [revision(1, "b"), revision(2, "a"), revision(3, "b")],
        ])
    func makesNothingTwice(_ revisions: [ImageRevision]) throws {
        let same = try #require(revisions.last { $0.origin?.fingerprint == "b" })
        #expect(RefreshDecision(revisions: revisions, origin: Self.now) == .unchanged(same))
    }

    @Test func tellsASourceThatHasGoneBack() {
        let revisions = [Self.revision(1, "b"), Self.revision(2, "a"), Self.revision(3, nil)]
        #expect(
            RefreshDecision(revisions: revisions, origin: Self.now) == .older(revisions[0], newest: revisions[1]))
    }

    @Test func retiresWhatNewerOnesHaveReplaced() {
        let revisions = [
            Self.revision(1, "a", retired: Timestamp(9)), Self.revision(2, "b"),
            Self.revision(3, "c", channel: "candidate"), Self.revision(4, nil), Self.revision(5, "d"),
            Self.revision(6, "e", channel: nil), Self.revision(7, "f"),
        ]
        func numbers(_ keep: Int) -> [Int] {
            RefreshDecision.retiring(revisions, of: "debian-13", keep: keep, channel: "stable").map(\.number)
        }
        #expect(numbers(1) == [2, 5] && numbers(2) == [2] && numbers(3).isEmpty && numbers(99).isEmpty)
    }
}

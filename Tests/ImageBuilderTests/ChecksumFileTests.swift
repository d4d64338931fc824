import ImageBuilder
import Testing

@Suite struct ChecksumFileTests {
    private static let a = String(repeating: "ab", count: 32)
    private static let b = String(repeating: "0C", count: 32)
    private static let long = String(repeating: "9f", count: 64)

    @Test(
        arguments: [
            "\(a)  disk.img", "\(a) *disk.img", "\(a)  ./disk.img", "SHA256 (disk.img) = \(a)",
            "# a comment\nMD5 (disk.img) = 00\n\(a.uppercased())  disk.img\r\n\(b)  disk.img.manifest",
            "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nSHA256 (disk.img) = \(a)\n",
            "\(long)  disk.img\n\(a)  disk.img", "\(a)  disk.img\n\(a) *disk.img",
        ])
    func findsAFile(_ text: String) throws {
        let entry = try ChecksumFile(text, algorithm: .sha256).entry("disk.img")
        #expect(entry.name == "disk.img" && entry.digest == Self.a)
    }

    @Test func findsADigestOfTheAlgorithmThatIsAskedFor() throws {
        let text = "\(Self.a)  disk\nSHA512 (disk) = \(Self.long)\nSHA256 (disk) = \(Self.long)"
        #expect(try ChecksumFile(text, algorithm: .sha512).entry("disk").digest == Self.long)
        #expect(ChecksumFile(text, algorithm: .sha256).entries.map(\.digest) == [Self.a])
    }

    @Test func findsTheOneNameThatAPatternMeans() throws {
        let list = ChecksumFile(
            "\(Self.a)  Base-43-1.6.qcow2\n\(Self.b)  Base-43-1.6.raw.xz\n\(Self.b)  sub/Base-43-1.7.qcow2",
            algorithm: .sha256)
        #expect(try list.entry("Base-43-*.qcow2").name == "Base-43-1.6.qcow2")
        #expect {
            try list.entry("Base-43-*")
        } throws: { "\($0)".contains("several digests for 'Base-43-*': Base-43-1.6.qcow2, Base-43-1.6.raw.xz") }
    }

    @Test(
        arguments: [
            "", "\(a)  other", "\(a)disk", "\(a)  DISK", "abc  disk", "SHA256 (disk) \(a)", "SHA512 (disk) = \(a)",
            "\(String(repeating: "zz", count: 32))  disk",
        ])
    func saysThatAFileIsNotNamed(_ text: String) {
        #expect {
            try ChecksumFile(text, algorithm: .sha256).entry("disk")
        } throws: { "\($0)".contains("names no 'disk' with a digest of sha256") }
    }

    @Test func refusesTwoDigestsOfOneName() {
        #expect {
            try ChecksumFile("\(Self.a)  disk\n\(Self.b)  disk", algorithm: .sha256).entry("disk")
        } throws: { "\($0)".contains("several digests for 'disk': disk") }
    }
}

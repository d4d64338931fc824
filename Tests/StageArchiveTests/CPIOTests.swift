import AgentProtocol
import Crypto
import FoundationEssentials
import Glibc
import ImageFormat
import StageArchive
import Testing

struct CPIOTests {
    private static let entries: [ArchiveEntry] = [
        .directory("etc"), .file("etc/empty", content: []), .file("etc/one", content: [1]),
        .file("etc/script", permissions: 0o755, content: Array("#!/bin/true\n".utf8)),
        ArchiveEntry(path: "etc/link", mode: 0o120777, content: Array("one".utf8)),
    ]

    private func archive(_ entries: [ArchiveEntry]) -> [UInt8] {
        var writer = CPIOWriter()
        entries.forEach { writer.add($0) }
        return writer.finish()
    }

    @Test func readsWhatItWrote() throws {
        #expect(try CPIOReader.entries(in: archive(Self.entries)) == Self.entries)
    }

    @Test func readsSeveralArchivesWithZerosBetween() throws {
        let bytes = archive(Self.entries) + [UInt8](repeating: 0, count: 508) + archive([.directory("more")])
        #expect(try CPIOReader.entries(in: bytes) == Self.entries + [.directory("more")])
    }

    @Test func writesArchivesThatAnotherCanFollow() {
        for length in 0..<5 {
            #expect(archive([.file("f", content: [UInt8](repeating: 7, count: length))]).count % 4 == 0)
        }
    }

    @Test func refusesAnArchiveThatIsCutOffAnywhereInAnEntry() {
        let bytes = archive([.file("name", content: [1, 2, 3, 4, 5])])
        for length in 1..<116 {
            #expect(throws: CPIOError.self) { try CPIOReader.entries(in: Array(bytes[..<length])) }
        }
    }

    @Test(arguments: [(0, CPIOError.wrongMagic(offset: 0)), (14, .malformedField(offset: 0))])
    func refusesABrokenHeader(offset: Int, error: CPIOError) {
        var bytes = archive(Self.entries)
        bytes[offset] = UInt8(ascii: "x")
        #expect(throws: error) { try CPIOReader.entries(in: bytes) }
    }

    @Test func refusesSizesBeyondTheArchive() {
        var bytes = archive([.file("name", content: [1])])
        bytes.replaceSubrange(54..<62, with: Array("ffffffff".utf8))
        #expect(throws: CPIOError.truncated(offset: 0)) { try CPIOReader.entries(in: bytes) }
    }

    @Test func theSiteArchiveIsReadByCpio() throws {
        let key = Curve25519.Signing.PrivateKey().publicKey
        let bytes = SiteArchive.bytes(trustedKeys: TrustedKeys([key]), caPEM: "PEM\n")
        let path = "/tmp/ingot-site-archive-\(UInt64.random(in: 0 ... .max))"
        defer { unlink(path) }
        try Data(bytes).write(to: URL(filePath: path))
        let listing = try output(of: "cpio --quiet -it <\(path)")
        #expect(listing == "etc\netc/ingot\netc/ingot/trusted-keys\netc/ingot/ca.pem\n")
        #expect(try output(of: "cpio --quiet -i --to-stdout etc/ingot/ca.pem <\(path)") == "PEM\n")
    }

    @Test func theSiteArchiveHoldsTheKeysAsTheStageReadsThem() throws {
        let keys = (0..<2).map { _ in Curve25519.Signing.PrivateKey() }
        let trusted = TrustedKeys(keys.map(\.publicKey))
        let entries = try CPIOReader.entries(in: SiteArchive.bytes(trustedKeys: trusted, caPEM: ""))
        let file = try #require(entries.first { "/\($0.path)" == StageFile.trustedKeys })
        let read = try #require(TrustedKeys(text: String(decoding: file.content, as: UTF8.self)))
        #expect(read.text == trusted.text)
    }

    private func output(of command: String) throws -> String {
        let pipe = try #require(popen(command, "r"))
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { text += buffer[..<count] }
        #expect(pclose(pipe) == 0)
        return String(decoding: text, as: UTF8.self)
    }
}

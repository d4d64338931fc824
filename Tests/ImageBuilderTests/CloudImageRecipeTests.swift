import BootableDisk
import Foundation
import ImageBuilder
import OpenPGPTestSupport
import Testing

@Suite struct CloudImageRecipeTests {
    private static let text = """
        name: cloud-1
        import:
          url: https://images.test/cloud/disk-latest.qcow2
          format: qcow2
          checksums: {url: https://images.test/cloud/SHA256SUMS}
          signature:
            url: https://images.test/cloud/SHA256SUMS.gpg
            keyrings: [/nowhere.gpg, RING]
            fingerprints: ["FINGERPRINT"]

        """

    private func decode(_ old: String = "", _ new: String = "", adding line: String = "") throws -> CloudImageRecipe {
        let text = Self.text.replacingOccurrences(of: "FINGERPRINT", with: String(repeating: "aB ", count: 20))
            .replacingOccurrences(of: "RING", with: "/ring.gpg").replacingOccurrences(of: old, with: new)
        guard case .cloudImage(let recipe) = try CatalogueRecipe.decode(text + line) else {
            throw BuildError("it is no cloud image")
        }
        return recipe
    }

    @Test func readsEveryValue() throws {
        let recipe = try decode()
        #expect(recipe.name == "cloud-1" && recipe.isInCatalogue)
        #expect(recipe.format == "qcow2" && recipe.compression == "none")
        #expect(recipe.checksums.file == "disk-latest.qcow2" && recipe.checksums.algorithm == .sha256)
        #expect(recipe.signature.fingerprints == [String(repeating: "AB", count: 20)])
        let other = try decode(
            "checksums: {", "compression: xz\n  checksums: {algorithm: sha512, file: \"disk-*.qcow2\", ",
            adding: "catalogue: false\n")
        #expect(other.compression == "xz" && other.checksums.algorithm == .sha512 && !other.isInCatalogue)
        #expect(other.checksums.file == "disk-*.qcow2")
        #expect(try decode("    url: https://images.test/cloud/SHA256SUMS.gpg\n", "").signature.url == nil)
    }

    @Test(
        arguments: [
            ("name: cloud-1", "name: Cloud", "'Cloud' is no image name"),
            ("format: qcow2", "format: iso", "'iso' is none of: raw, qcow2"),
            ("format: qcow2", "format: raw\n  compression: zip", "'zip' is none of"),
            ("format: qcow2", "format: raw\n  mirror: x", "unknown key 'mirror'"),
            ("https://images.test/cloud/disk-latest.qcow2", "file:///etc/passwd", "neither an http nor an https URL"),
            ("cloud/disk-latest.qcow2", "cloud/", "is no file's name"),
            ("{url: https", "{algorithm: md5, url: https", "md5"), ("{url: https", "{key: 1, url: https", "'key'"),
            ("aB aB", "aB", "is no fingerprint: 40 hexadecimal digits"),
            ("keyrings: [", "keyrings: [ring, ", "absolute"),
            ("keyrings: [/nowhere.gpg, /ring.gpg]", "keyrings: []", "absolute paths, one at least"),
            ("name: cloud-1", "name: cloud-1\nsuite: bookworm", "unknown key 'suite'"),
            ("  signature:\n", "  signatures:\n", "unknown key 'signatures'"),
        ])
    func refuses(_ old: String, _ new: String, _ reason: String) {
        #expect {
            try decode(old, new)
        } throws: { "\($0)".contains(reason) }
    }

    /// Answers with files, and remembers nothing.
    private struct FixedServer: UpstreamFetching {
        let files: [String: [UInt8]]

        func fetch(_ url: String, limit: Int) async throws -> [UInt8] {
            guard let file = files[url] else { throw BuildError("\(url) answered 404 Not Found") }
            return file
        }
    }

    @Test func asksTheServerForWhatItOffers() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let key = try await SigningKey("k", in: folder.path)
        try await key.export(to: folder.path + "/ring")
        let digest = String(repeating: "5e", count: 64)
        try folder.write("list", "SHA512 (disk-2.qcow2) = \(digest)\nSHA512 (disk-2.raw) = \(digest)\n")
        try await key.clearSign(folder.path + "/list", to: folder.path + "/signed")
        try await key.close()
        let list = Array(try Data(contentsOf: URL(filePath: folder.path + "/signed")))
        let text = """
            name: cloud-1
            import:
              url: https://images.test/cloud/
              format: qcow2
              checksums: {url: "https://images.test/CHECKSUM", algorithm: sha512, file: "disk-*.qcow2"}
              signature: {keyrings: [/nowhere.gpg, \(folder.path)/ring], fingerprints: [\(key.fingerprint)]}
            """
        guard case .cloudImage(var recipe) = try CatalogueRecipe.decode(text) else {
            throw BuildError("it is no cloud image")
        }
        let server = FixedServer(files: ["https://images.test/CHECKSUM": list])
        let found = try await recipe.upstream(from: server)
        #expect(found.url == "https://images.test/cloud/disk-2.qcow2" && found.digest == digest)
        #expect(found.fingerprint == "sha512:\(digest)")

        recipe.checksums.file = "disk-*.img"
        await #expect(
            performing: {
                try await recipe.upstream(from: server)
            }, throws: { "\($0)".hasPrefix("https://images.test/CHECKSUM: the checksum file names no 'disk-*.img'") })
        await #expect(
            performing: {
                try await recipe.upstream(from: FixedServer(files: [:]))
            }, throws: { "\($0)".contains("answered 404") })
        recipe.signature.keyrings = ["/nowhere.gpg"]
        await #expect(
            performing: {
                try await recipe.upstream(from: server)
            }, throws: { "\($0)".contains("there is no keyring /nowhere.gpg") })
    }
}

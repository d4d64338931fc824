import BootPolicy
import FoundationEssentials
import NetworkTypes
import Testing

struct BootFileManifestTests {
    static func entry(_ name: String, sha256: String? = nil) -> BootFile {
        BootFile(
            name: name, loader: .ipxe, architecture: .x64, firmware: .uefi, package: "ipxe", source: "/x",
            sha256: sha256)
    }

    @Test func readsTheRepositorysManifest() throws {
        let manifest = try BootFilePolicyTests.manifest()
        #expect(manifest.names == ["undionly.kpxe", "snponly.efi", "ipxe.efi", "shimx64.efi", "grubx64.efi"])
        #expect(manifest.paths(below: "/srv")["snponly.efi"] == "/srv/snponly.efi")
    }

    @Test(arguments: [
        "", "/", "/etc/passwd", "../x", "a/../b", "a//b", "a/", ".hidden", "a/.b", "a b", "a\\b", "a\u{0}", "a\n", "é",
        "$(x)", "..",
    ])
    func refusesANameThatIsNoSafePath(name: String) {
        #expect(throws: BootFileManifestError.self) { try BootFileManifest(files: [Self.entry(name)]) }
    }

    @Test func takesNamesInDirectories() throws {
        #expect(try BootFileManifest(files: [Self.entry("grub/x86_64-efi/tftp.mod")]).files.count == 1)
    }

    @Test func refusesANameThatComesTwice() {
        #expect(throws: BootFileManifestError.self) {
            try BootFileManifest(files: [Self.entry("a"), Self.entry("a")])
        }
    }

    @Test(arguments: ["", "abc", String(repeating: "A", count: 64), String(repeating: "g", count: 64)])
    func refusesWhatIsNoDigest(digest: String) {
        #expect(throws: BootFileManifestError.self) { try BootFileManifest(files: [Self.entry("a", sha256: digest)]) }
    }

    @Test(arguments: ["", "[]", "{}", #"{"files": [{}]}"#, #"{"files": [{"name": 1}]}"#])
    func refusesMalformedJSON(text: String) {
        #expect(throws: BootFileManifestError.self) { try BootFileManifest(json: Data(text.utf8)) }
    }
}

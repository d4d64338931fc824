import BootPolicy
import BootScripts
import BootServices
import Foundation
import NetworkTypes
import TFTP
import Testing

/// The repository's own boot files, filled from the installed packages into a temporary directory.
@Suite(.timeLimit(.minutes(2)))
struct BootFilesTests {
    static let repository = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL

    static func fill(_ directory: URL) async throws {
        let filled = try await run(repository.appending(path: "tftp-root/fill").path, [directory.path])
        try #require(filled.status == 0, "\(filled.output)")
    }

    @Test func everyFileThatDHCPCanHandOutIsServed() async throws {
        try await withTemporaryDirectory { (root) async throws in
            try await Self.fill(root)
            let manifest = try BootFilesOnDisk.manifest(in: root.path)
            let names = try Self.filesHandedOut(manifest)
            #expect(names == ["undionly.kpxe", "snponly.efi", "ipxe.efi", "shimx64.efi"])
            try await withTFTPService(BootFileDirectory(root: root.path, manifest: manifest)) { (port) async throws in
                for file in manifest.files {
                    let options = [TFTPOption("blksize", "1432"), TFTPOption("tsize", "0")]
                    let fetched = try await TFTPTestClient(port: port, options: options).fetch(file.name)
                    #expect(try fetched.bytes == Array(Data(contentsOf: URL(filePath: file.source))))
                }
            }
        }
    }

    private static func filesHandedOut(_ manifest: BootFileManifest) throws -> Set<String> {
        var names: Set<String> = []
        let policy = BootFilePolicy(manifest: manifest, httpPort: 80)
        for secureBoot in [nil, true, false] {
            for number in UInt16(0)...64 {
                let request = BootRequest(
                    mac: try #require(MACAddress("52:54:00:12:34:56")), attempt: 7,
                    architecture: ClientArchitecture(rawValue: number), clientClass: .pxe, isIPXE: false,
                    server: IPv4Address(127, 0, 0, 1))
                let knowledge = LoaderKnowledge(secureBoot: secureBoot)
                guard case .offer(let list) = policy.choice(for: request, knowing: knowledge) else { continue }
                names.formUnion(list.names)
            }
        }
        return names
    }

    /// curl is a client that none of this code wrote.
    @Test(arguments: [["--tftp-blksize", "1428"], ["--tftp-blksize", "65464"], ["--tftp-no-options"], []])
    func curlFetchesAFile(arguments: [String]) async throws {
        let bytes = patternBytes(300_000)
        try await withTemporaryDirectory { (directory) async throws in
            let target = directory.appending(path: "fetched")
            try await withTFTPService(virtualFiles(["dir/file": bytes])) { (port) async throws in
                let fetched = try await run(
                    "/usr/bin/curl",
                    arguments + ["-sS", "--max-time", "60", "-o", target.path, "tftp://127.0.0.1:\(port)/dir/file"])
                #expect(fetched.status == 0, "\(fetched.output)")
            }
            #expect(try Array(Data(contentsOf: target)) == bytes)
        }
    }

    @Test func readsTheScriptTemplates() throws {
        let scripts = try BootFilesOnDisk.scripts(in: Self.repository.appending(path: "ipxe").path)
        #expect(try scripts.localDisk().hasPrefix("#!ipxe\n"))
        #expect(throws: (any Error).self) { try BootFilesOnDisk.scripts(in: "/nonexistent") }
    }

    // MARK: tftp-root/fill

    static func fill(manifest: String) async throws -> (status: Int32, output: String) {
        try await withTemporaryDirectory { (directory) async throws in
            let script = directory.appending(path: "fill")
            try FileManager.default.copyItem(at: repository.appending(path: "tftp-root/fill"), to: script)
            try Data(manifest.utf8).write(to: directory.appending(path: "manifest.json"))
            return try await run(script.path, [])
        }
    }

    static func entry(
        name: String = "snponly.efi", package: String = "ipxe", source: String = "/usr/lib/ipxe/snponly.efi",
        more: String = ""
    ) -> String {
        #"{"files": [{"name": "\#(name)", "loader": "ipxe", "architecture": "x86-64", "firmware": "uefi","#
            + #" "package": "\#(package)", "source": "\#(source)"\#(more)}]}"#
    }

    @Test func fillsTwiceAndWritesOnce() async throws {
        try await withTemporaryDirectory { (root) async throws in
            try await Self.fill(root)
            let again = try await run(Self.repository.appending(path: "tftp-root/fill").path, [root.path])
            #expect(again.status == 0)
            #expect(again.output.isEmpty)
        }
    }

    @Test(arguments: [
        (entry(package: "ingot-no-such-package"), "apt-get install ingot-no-such-package"),
        (entry(source: "/usr/lib/ipxe/none.efi"), "package ipxe has no /usr/lib/ipxe/none.efi"),
        (entry(source: "/etc/hostname"), "package ipxe does not ship /etc/hostname"),
        (entry(name: "../x"), "'../x' is no name for a boot file"),
        (entry(more: #", "sha256": "00""#), "but"), ("{", "cannot be read"),
    ])
    func fillFailsAndSaysWhatToDo(manifest: String, message: String) async throws {
        let filled = try await Self.fill(manifest: manifest)
        #expect(filled.status == 1)
        #expect(filled.output.contains(message), "\(filled.output)")
    }
}

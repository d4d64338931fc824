import BootServices
import FoundationEssentials
import NIOCore
import NetworkTypes
import Testing

@Suite(.timeLimit(.minutes(1)))
struct GRUBFilesTests {
    static let server = IPv4Address(127, 0, 0, 1)

    static let files = GRUBFiles(configuration: "main") { mac, server in "script for \(mac) from \(server)" }

    @Test(arguments: ["grub/grub.cfg", "grub/x86_64-efi/grub.cfg"])
    func servesTheConfigurationByBothItsNames(name: String) async throws {
        #expect(try await Self.files.contents(of: name, at: Self.server) == ByteBuffer(string: "main"))
    }

    @Test func asksForTheScriptOfAHostEachTime() async throws {
        let script = try await Self.files.contents(of: "grub/host/52:54:00:12:34:56", at: IPv4Address(10, 0, 0, 1))
        #expect(script == ByteBuffer(string: "script for 52:54:00:12:34:56 from 10.0.0.1"))
    }

    @Test(arguments: [
        "grub", "grub/", "grub/host/", "grub/host/52:54", "grub/host/52:54:00:12:34:56/x", "grub/host/../grub.cfg",
        "grub/i386-pc/grub.cfg", "host/52:54:00:12:34:56", "", "grub/x86_64-efi/command.lst",
    ])
    func knowsNothingElse(name: String) async throws {
        #expect(try await Self.files.contents(of: name, at: Self.server) == nil)
    }

    /// GRUB puts a slash before every name.
    @Test func aScriptComesOverTFTPFromTheAddressThatWasAsked() async throws {
        try await withTFTPService(Self.files) { (port) async throws in
            let fetched = try await TFTPTestClient(port: port).fetch("/grub/host/52:54:00:12:34:56")
            #expect(String(decoding: fetched.bytes, as: UTF8.self) == "script for 52:54:00:12:34:56 from 127.0.0.1")
        }
    }

    @Test func filesAtGivenPathsAreServedByTheirNames() async throws {
        try await withTemporaryDirectory { (directory) async throws in
            for name in ["vmlinuz", "site.cpio"] {
                try Data(name.utf8).write(to: directory.appending(path: name))
            }
            let stage = BootFileDirectory(
                paths: [
                    "stage/vmlinuz": directory.appending(path: "vmlinuz").path,
                    "stage/site": directory.appending(path: "site.cpio").path,
                ], limit: 1000)
            #expect(try await stage.contents(of: "stage/vmlinuz", at: Self.server) == ByteBuffer(string: "vmlinuz"))
            #expect(try await stage.contents(of: "stage/site", at: Self.server) == ByteBuffer(string: "site.cpio"))
            #expect(try await stage.contents(of: "stage/site.cpio", at: Self.server) == nil)
            #expect(try await stage.contents(of: "vmlinuz", at: Self.server) == nil)
        }
    }
}

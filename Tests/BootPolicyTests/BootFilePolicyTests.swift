import BootPolicy
import FoundationEssentials
import NetworkTypes
import Testing

struct BootFilePolicyTests {
    static let server = IPv4Address(10, 99, 0, 1)

    /// The repository's own manifest.
    static func manifest() throws -> BootFileManifest {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return try BootFileManifest(json: Data(contentsOf: URL(filePath: "/\(root)/tftp-root/manifest.json")))
    }

    static func request(
        _ architecture: ClientArchitecture?, _ clientClass: BootClientClass = .pxe, isIPXE: Bool = false
    ) throws -> BootRequest {
        BootRequest(
            mac: try #require(MACAddress("52:54:00:12:34:56")), systemUUID: nil, architecture: architecture,
            clientClass: clientClass, isIPXE: isIPXE, server: server)
    }

    static func answer(
        _ architecture: ClientArchitecture?, _ clientClass: BootClientClass = .pxe, isIPXE: Bool = false,
        preferred: String = "snponly.efi"
    ) throws -> BootAnswer {
        try BootFilePolicy(manifest: manifest(), httpPort: 8080, preferred: preferred)
            .answer(to: request(architecture, clientClass, isIPXE: isIPXE))
    }

    @Test(arguments: [
        (ClientArchitecture.x86BIOS, "undionly.kpxe"), (.x64UEFI, "snponly.efi"), (.ebcUEFI, "snponly.efi"),
    ])
    func sendsFirmwareToALoaderOverTFTP(architecture: ClientArchitecture, file: String) throws {
        #expect(try Self.answer(architecture) == .tftp(server: Self.server, file: file))
    }

    @Test func aPXEClientWithoutOption93IsABIOS() throws {
        #expect(try Self.answer(nil) == .tftp(server: Self.server, file: "undionly.kpxe"))
    }

    @Test(arguments: [ClientArchitecture.x64UEFIHTTP, .ebcUEFIHTTP, .x64UEFI])
    func sendsUEFIHTTPBootAURL(architecture: ClientArchitecture) throws {
        #expect(
            try Self.answer(architecture, .http) == .http(url: "http://10.99.0.1:8080/boot/files/snponly.efi"))
    }

    @Test func handsOutTheAlternativeWherePolicySaysSo() throws {
        #expect(
            try Self.answer(.x64UEFI, preferred: "ipxe.efi") == .tftp(server: Self.server, file: "ipxe.efi"))
        #expect(
            try Self.answer(.x86BIOS, preferred: "ipxe.efi") == .tftp(server: Self.server, file: "undionly.kpxe"))
        #expect(
            try Self.answer(.x64UEFI, preferred: "shimx64.efi") == .tftp(server: Self.server, file: "snponly.efi"))
    }

    @Test(arguments: [ClientArchitecture.x86BIOS, .x64UEFI, .x64UEFIHTTP, ClientArchitecture(rawValue: 4711), nil])
    func sendsIPXEToItsScript(architecture: ClientArchitecture?) throws {
        let script = BootAnswer.http(url: "http://10.99.0.1:8080/boot/ipxe/52-54-00-12-34-56")
        for clientClass in [BootClientClass.pxe, .http, .other] {
            #expect(try Self.answer(architecture, clientClass, isIPXE: true) == script)
        }
    }

    @Test(arguments: [
        (ClientArchitecture.arm64UEFI, BootClientClass.pxe, "ARM 64-bit UEFI"), (.x86UEFI, .pxe, "x86 UEFI"),
        (.arm64UEFIHTTP, .http, "ARM 64-bit UEFI HTTP"), (ClientArchitecture(rawValue: 27), .pxe, "architecture 27"),
        (.x86BIOS, .http, "x86 BIOS"), (.x86BIOS, .other, "option 60"),
    ])
    func saysWhyThereIsNoBootFile(
        architecture: ClientArchitecture, clientClass: BootClientClass, names: String
    ) throws {
        guard case .none(let reason) = try Self.answer(architecture, clientClass) else {
            Issue.record("a boot file was handed out")
            return
        }
        #expect(reason.contains(names))
    }

    @Test func everyFileThatCanBeHandedOutIsInTheManifest() throws {
        let names = try Self.manifest().names
        var handedOut: Set<String> = []
        for number in UInt16(0)...300 {
            for clientClass in [BootClientClass.pxe, .http, .other] {
                for preferred in names.union([""]) {
                    switch try Self.answer(
                        ClientArchitecture(rawValue: number), clientClass, preferred: preferred)
                    {
                    case .tftp(_, let file): handedOut.insert(file)
                    case .http(let url):
                        let prefix = "http://10.99.0.1:8080/boot/files/"
                        #expect(url.hasPrefix(prefix))
                        handedOut.insert(String(url.dropFirst(prefix.count)))
                    case .none: continue
                    }
                }
            }
        }
        #expect(handedOut.isSubset(of: names))
        #expect(handedOut == ["undionly.kpxe", "snponly.efi", "ipxe.efi"])
    }

    @Test func handsOutNothingFromAnEmptyManifest() throws {
        let policy = BootFilePolicy(manifest: try BootFileManifest(files: []), httpPort: 80)
        guard case .none = policy.answer(to: try Self.request(.x64UEFI)) else {
            Issue.record("a boot file was handed out")
            return
        }
    }
}

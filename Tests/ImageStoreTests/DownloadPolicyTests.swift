import ImageFormat
import ImageStore
import Synchronization
import Testing

/// T22 and T23: where a URL must not lead.
struct DownloadPolicyTests {
    private static let refused = [
        "http://169.254.169.254/latest/meta-data", "http://[::1]/x", "http://127.1/x", "http://127.0.0.1/x",
        "http://2130706433/x", "http://0x7f000001/x", "http://0177.0.0.1/x", "http://[::ffff:127.0.0.1]/x",
        "http://[::ffff:7f00:1]/x", "http://[64:ff9b::7f00:1]/x", "http://[2002:7f00:1::]/x", "http://[::127.0.0.1]/x",
        "http://0.0.0.0/x", "http://0/x", "http://[::]/x", "http://[fe80::1]/x", "http://localhost/x",
        "https://localhost/x", "http://224.0.0.1/x", "http://255.255.255.255/x", "http://10.20.0.1/x",
        "http://10.20.255.255/x",
    ]

    @Test(arguments: refused)
    func refusesThisMachineAndItsNetworks(url: String) async throws {
        let own = try #require(NetworkRange("10.20.0.0/16"))
        let error = await importError(url, DownloadPolicy(ownRanges: [own]))
        #expect(error?.contains("nothing is exchanged with") == true, "\(error ?? "")")
    }

    @Test(arguments: [
        "file:///etc/shadow", "file:///dev/zero", "gopher://example.org/", "/etc/shadow", "data:,x", "http:///x",
        "https://user:secret@example.org/x", "ftp://example.org/x", "http://a%2Eb.example.org/x",
    ])
    func refusesWhatIsNoWebAddress(url: String) async throws {
        let error = await importError(url, DownloadPolicy())
        #expect(error != nil && error?.contains("download failed") == false, "\(error ?? "")")
    }

    @Test func anUncheckedDownloadIsEncrypted() async throws {
        let error = await importError("http://example.org/x", DownloadPolicy(), sha256: nil)
        #expect(error?.contains("use https, or give its SHA-256") == true)
    }

    @Test func aRangeThatIsAllowedMayBeGoneTo() async throws {
        let server = try await TestWebServer(["/disk": .body(sampleDisk)])
        let loopback = try #require(NetworkRange("127.0.0.0/8"))
        let fixture = try Fixture(downloads: DownloadPolicy(allowedRanges: [loopback]))
        let digest = ChunkDigest(of: sampleDisk).description
        let image = try await fixture.importer.importImage(
            ImportRequest(source: .url(server.url("/disk")), format: .raw, sha256: digest), signer: fixture.signer)
        try await server.stop()
        #expect(try await fixture.disk(image.manifest) == sampleDisk)
    }

    @Test func everyHopIsResolvedAndChecked() async throws {
        let server = try await TestWebServer(["/a": .redirect("http://elsewhere.test:1/b")])
        let port = server.url("").split(separator: ":").last ?? ""
        let loopback = try #require(NetworkRange("127.0.0.1"))
        let hosts = ["first.test": "127.0.0.1", "elsewhere.test": "169.254.169.254"]
        let fixture = try Fixture(
            downloads: DownloadPolicy(allowedRanges: [loopback]), resolver: FixedResolver(hosts: hosts))
        let request = ImportRequest(
            source: .url("http://first.test:\(port)/a"), format: .raw,
            sha256: ChunkDigest(of: sampleDisk).description)
        let error = await #expect(throws: ImportError.self) {
            try await fixture.importer.importImage(request, signer: fixture.signer)
        }
        #expect("\(try #require(error))".contains("nothing is exchanged with 'elsewhere.test'"))
        try await server.stop()
    }

    @Test func whatWasCheckedIsWhatIsConnectedTo() async throws {
        let server = try await TestWebServer(["/disk": .body(sampleDisk)])
        let port = server.url("").split(separator: ":").last ?? ""
        let loopback = try #require(NetworkRange("127.0.0.1"))
        // Nobody else knows this name: only the resolver's own address leads to the server.
        let resolver = RebindingResolver(first: "127.0.0.1", later: "169.254.169.254")
        let fixture = try Fixture(downloads: DownloadPolicy(allowedRanges: [loopback]), resolver: resolver)
        let request = ImportRequest(
            source: .url("http://rebinding.test:\(port)/disk"), format: .raw,
            sha256: ChunkDigest(of: sampleDisk).description)
        let image = try await fixture.importer.importImage(request, signer: fixture.signer)
        #expect(try await fixture.disk(image.manifest) == sampleDisk)
        #expect(resolver.count == 1)
        try await server.stop()
    }

    @Test func oneRefusedAddressSpoilsTheOthers() async throws {
        let fixture = try Fixture(
            downloads: DownloadPolicy(), resolver: FixedResolver(hosts: ["two.test": "93.184.216.34 127.0.0.1"]))
        let request = ImportRequest(source: .url("https://two.test/x"), format: .raw)
        let error = await #expect(throws: ImportError.self) {
            try await fixture.importer.importImage(request, signer: fixture.signer)
        }
        #expect("\(try #require(error))".contains("127.0.0.1 is this machine's own"))
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.1.2.3", "10.1.2.3", true),
        ("10.1.2.3", "10.1.2.4", false), ("0.0.0.0/0", "1.2.3.4", true), ("0.0.0.0/0", "2001:db8::1", false),
        ("2001:db8::/33", "2001:db8:7fff::1", true), ("2001:db8::/33", "2001:db8:8000::1", false),
        ("10.0.0.0/31", "10.0.0.1", true), ("10.0.0.0/31", "10.0.0.2", false),
    ])
    func aRangeContainsItsAddresses(range: String, address: String, expected: Bool) throws {
        let address = try #require(NetworkAddress(address))
        #expect(try #require(NetworkRange(range)).contains(address) == expected)
    }

    @Test(arguments: ["", "10.0.0.0/33", "10.0.0/8", "::/129", "a.b", "10.0.0.0/-1", "10.0.0.0/8/8"])
    func refusesARange(text: String) { #expect(NetworkRange(text) == nil) }

    @Test func aMaskMakesARange() throws {
        let range = try #require(NetworkRange(address: "10.20.3.4", mask: "255.255.0.0"))
        #expect(range == NetworkRange("10.20.0.0/16"))
        #expect(NetworkRange(address: "2001:db8::5", mask: "ffff:ffff::") == NetworkRange("2001:db8::/32"))
        #expect(NetworkRange(address: "10.20.3.4", mask: "ffff::") == nil)
    }

    private func importError(
        _ url: String, _ policy: DownloadPolicy, sha256: String? = ChunkDigest(of: [1]).description
    ) async -> String? {
        do {
            let fixture = try Fixture(downloads: policy)
            _ = try await fixture.importer.importImage(
                ImportRequest(source: .url(url), format: .raw, sha256: sha256), signer: fixture.signer)
            return nil
        } catch {
            return "\(error)"
        }
    }
}

/// Knows these hosts, each with addresses with spaces between them.
private struct FixedResolver: HostResolving {
    let hosts: [String: String]

    func addresses(of host: String) throws(ImportError) -> [NetworkAddress] {
        (hosts[host] ?? "").split(separator: " ").compactMap { NetworkAddress(String($0)) }
    }
}

/// Gives another address from the second question on.
private final class RebindingResolver: HostResolving {
    private let first: String
    private let later: String
    private let asked = Mutex(0)

    init(first: String, later: String) {
        self.first = first
        self.later = later
    }

    var count: Int { asked.withLock { $0 } }

    func addresses(of host: String) throws(ImportError) -> [NetworkAddress] {
        let isFirst = asked.withLock { asked in
            asked += 1
            return asked == 1
        }
        return [isFirst ? first : later].compactMap { NetworkAddress($0) }
    }
}

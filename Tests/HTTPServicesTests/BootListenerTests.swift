import BootPolicy
import HTTPTypes
import HummingbirdTesting
import NIOCore
import NetworkTypes
import Testing

/// What firmware and loaders fetch from the boot listener.
@Suite(.timeLimit(.minutes(2)))
struct BootListenerTests {
    private static let path = "/boot/files/snponly.efi"
    private static let content = BootInstallation.content(of: "snponly.efi")
    private static let size = BootInstallation.fileSize

    let boot: BootInstallation

    init() throws { boot = try BootInstallation() }

    @Test(arguments: BootInstallation.setups)
    func aFileComesWholeWithItsLength(setup: TestingSetup) async throws {
        try await boot.serve(setup) { client async throws in
            let answer = try await client.send(.get, Self.path)
            #expect(answer.status == .ok)
            #expect(answer.headers[.contentLength] == "\(Self.size)")
            #expect(answer.headers[.acceptRanges] == "bytes")
            #expect(answer.bytes == Self.content)
        }
    }

    @Test(arguments: BootInstallation.setups)
    func anEmptyFileIsAFile(setup: TestingSetup) async throws {
        try await boot.serve(setup) { client async throws in
            for method in [HTTPRequest.Method.get, .head] {
                let answer = try await client.send(method, "/stage/site")
                #expect(answer.status == .ok && answer.headers[.contentLength] == "0" && answer.bytes.isEmpty)
            }
            #expect(try await client.send(.get, "/stage/site", range: "bytes=0-").status == .rangeNotSatisfiable)
        }
    }

    /// Over one connection, a body that HEAD must not have would be taken for the answer to the GET.
    @Test(arguments: BootInstallation.setups)
    func headIsGetWithoutTheBody(setup: TestingSetup) async throws {
        let digest = String(repeating: "0", count: 64)
        let paths = [
            Self.path, "/stage/vmlinuz", "/boot/files/none", "/stage/none", "/none", "/chunks/x", "/chunks/\(digest)",
            "/manifests/x", "/manifests/\(digest)",
        ]
        try await boot.serve(setup) { client async throws in
            for path in paths {
                let head = try await client.send(.head, path)
                let get = try await client.send(.get, path)
                #expect(head.status == get.status, "\(path)")
                #expect(head.headers[.contentLength] == "\(get.body.readableBytes)", "\(path)")
                #expect(head.headers[.contentType] == get.headers[.contentType], "\(path)")
                #expect(head.bytes.isEmpty && !get.bytes.isEmpty, "\(path)")
            }
        }
    }

    @Test(arguments: BootInstallation.setups)
    func aRangeComesAlone(setup: TestingSetup) async throws {
        let ranges: [(header: String, range: Range<Int>)] = [
            ("bytes=0-0", 0..<1), ("bytes=0-99", 0..<100), ("bytes=524287-524288", 524_287..<524_289),
            ("bytes=600000-", 600_000..<600_001), ("bytes=100-", 100..<Self.size), ("bytes=-7", 599_994..<600_001),
            ("bytes=-9999999", 0..<Self.size), ("bytes=599999-9999999", 599_999..<600_001),
            ("bytes=0-\(Int.max)", 0..<Self.size),
        ]
        try await boot.serve(setup) { client async throws in
            for (header, range) in ranges {
                let answer = try await client.send(.get, Self.path, range: header)
                #expect(answer.status == .partialContent, "\(header)")
                #expect(answer.headers[.contentLength] == "\(range.count)", "\(header)")
                #expect(
                    answer.headers[.contentRange] == "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(Self.size)",
                    "\(header)")
                #expect(answer.bytes == Array(Self.content[range]), "\(header)")
            }
        }
    }

    @Test(arguments: BootInstallation.setups)
    func aRangeOutsideOfTheFileIsRefusedWithItsSize(setup: TestingSetup) async throws {
        try await boot.serve(setup) { client async throws in
            for header in ["bytes=\(Self.size)-", "bytes=\(Self.size)-\(Self.size + 5)", "bytes=-0"] {
                let answer = try await client.send(.get, Self.path, range: header)
                #expect(answer.status == .rangeNotSatisfiable && answer.isProblem, "\(header)")
                #expect(answer.headers[.contentRange] == "bytes */\(Self.size)", "\(header)")
            }
        }
    }

    /// Several ranges may be ignored, others must be (RFC 9110 section 14.2).
    @Test(arguments: ["bytes=0-1,5-6", "lines=0-1", "bytes=5-2", "bytes=-", "bytes=a-b", "bytes=1-2-3", "bytes", ""])
    func whatIsNoSingleRangeOfBytesIsIgnored(header: String) async throws {
        try await boot.serve { client async throws in
            let answer = try await client.send(.get, Self.path, range: header)
            #expect(answer.status == .ok && answer.bytes.count == Self.size)
            #expect(answer.headers[.contentRange] == nil)
        }
    }

    @Test(arguments: BootInstallation.setups)
    func headKnowsNoRanges(setup: TestingSetup) async throws {
        try await boot.serve(setup) { client async throws in
            for header in ["bytes=0-99", "bytes=\(Self.size)-"] {
                let answer = try await client.send(.head, Self.path, range: header)
                #expect(answer.status == .ok && answer.headers[.contentLength] == "\(Self.size)")
            }
        }
    }

    @Test(arguments: [
        "/", "/boot", "/boot/files", "/boot/files/", "/boot/files/none", "/boot/files/unlisted",
        "/boot/files/SNPONLY.EFI", "/boot/files/snponly.efi%00", "/boot/files/%73nponly.efi",
        "/boot/files/../unlisted", "/boot/files/../../empty", "/boot/files/%2e%2e/empty", "/boot/files/..%2fempty",
        "/boot/files/x/../snponly.efi", "/boot/files//etc/passwd", "/boot/files/snponly.efi/x", "/stage/unlisted",
        "/stage/../boot/files/snponly.efi", "/stage/..%2f..%2f..%2fetc%2fpasswd", "/stage/vmlinuz/x",
        "/api/v1/hosts", "/tftp-root/manifest.json",
    ])
    func nothingElseIsServed(path: String) async throws {
        for setup in BootInstallation.setups {
            try await boot.serve(setup) { client async throws in
                let answer = try await client.send(.get, path)
                #expect(answer.status == .notFound && answer.isProblem)
            }
        }
    }

    @Test(arguments: BootInstallation.setups)
    func everyURLThatDHCPHandsOutIsServed(setup: TestingSetup) async throws {
        let paths = try boot.pathsHandedOut()
        let script = "/boot/ipxe/\(Installation.mac.hyphenated)"
        #expect(paths == ["/boot/files/snponly.efi", "/boot/files/ipxe.efi", script])
        try await boot.serve(setup) { client async throws in
            let answer = try await client.send(.get, script)
            #expect(answer.status == .ok && String(buffer: answer.body).hasPrefix("#!ipxe stage "))
            for path in paths where path != script {
                let head = try await client.send(.head, path)
                #expect(head.status == .ok && head.headers[.contentLength] == "\(Self.size)", "\(path)")
                let get = try await client.send(.get, path)
                #expect(get.status == .ok, "\(path)")
                #expect(get.bytes == BootInstallation.content(of: String(path.dropFirst(12))), "\(path)")
            }
        }
    }

    @Test func aBootFileInAFolderIsServedByTheURLThatDHCPHandsOut() async throws {
        let name = "x64/signed/snponly.efi"
        let file = BootFile(
            name: name, loader: .ipxe, architecture: .x64, firmware: .uefi, package: "ipxe", source: "/none")
        let boot = try BootInstallation(bootFiles: BootFileManifest(files: [file]))
        #expect(try boot.pathsHandedOut().contains("/boot/files/\(name)"))
        try await boot.serve { client async throws in
            let answer = try await client.send(.get, "/boot/files/\(name)")
            #expect(answer.status == .ok && answer.bytes == BootInstallation.content(of: name))
            #expect(try await client.send(.get, "/boot/files/x64/signed").status == .notFound)
        }
    }

    @Test func aScriptIsNeverCached() async throws {
        try await boot.serve { client async throws in
            let answer = try await client.send(.get, "/boot/ipxe/\(Installation.mac.hyphenated)")
            #expect(answer.headers[.cacheControl] == "no-store")
            #expect(answer.headers[.contentLength] == "\(answer.body.readableBytes)")
        }
    }

    @Test(arguments: ["52-54-00-00-00", "52-54-00-00-00-zz", "snponly.efi"])
    func aScriptNeedsAMACAddress(text: String) async throws {
        try await boot.serve { client async throws in
            let answer = try await client.send(.get, "/boot/ipxe/\(text)")
            #expect(answer.status == .badRequest && answer.isProblem)
        }
    }
}

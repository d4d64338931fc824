import NetworkTypes

/// The way of one simulated host to the ending that its kind must reach.
struct HostWalk: Sendable {
    let host: SimulatedHost
    let link: HostLink
    let http: BootHTTP
    /// This machine's address on the network, which TFTP comes to.
    let address: IPv4Address
    let retry: Duration
    let times = AnswerTimes()

    private static let wrongToken = String(repeating: "0", count: 64)

    /// Throws where the host ends otherwise than listed, with the reason.
    func run() async throws {
        switch host.kind {
        case .biosPXE, .uefiPXE, .uefiHTTP, .ipxe: try await boot()
        case .unknownArchitecture: try await endsWithoutBootFile()
        case .ignoresOffer: try await leasesNothing()
        case .declines: try await getsAnotherAddress()
        case .missingFile: try await missesItsFile()
        case .stalls: try await isCutOff(after: 2, blockSize: 512)
        case .malformed: try await isPassedOver()
        case .wrongToken: try await boot(token: Self.wrongToken)
        case .releases: try await releases()
        case .tinyMessages: try await getsShortAnswers()
        case .smallPackets: try await isCutOff(after: 0, blockSize: 1468)
        }
    }

    var firmware: DHCPConversation { conversation(BootProgram.firmware(of: host.kind)) }

    private func conversation(_ program: BootProgram) -> DHCPConversation {
        DHCPConversation(host: host, program: program, link: link, retry: retry, times: times)
    }

    /// Firmware, loader, script, stage, greeting.
    /// - Parameter wrong: a token to greet with instead of the script's: the server must refuse it.
    private func boot(token wrong: String? = nil) async throws {
        let script = try await loaderScript()
        let isBIOS = BootProgram.firmware(of: host.kind).architecture == .x86BIOS
        let greeting = GreetingDocument(host, isBIOS: isBIOS)
        let answer = try await http.greet(script.server, token: wrong ?? script.token, greeting)
        if wrong != nil {
            guard answer.status == 401 || answer.status == 403 else {
                throw SimulationError("a wrong boot token got the HTTP status \(answer.status), expected 401 or 403")
            }
            return
        }
        guard let welcome = answer.welcome else {
            throw SimulationError("the greeting got the HTTP status \(answer.status)")
        }
        guard welcome.isToWait else { throw SimulationError("the assignment was not to wait") }
    }

    /// The script of the loader that the server chose for this host; the stage's files are there.
    private func loaderScript() async throws -> StageScript {
        guard host.kind != .ipxe else { return try await ipxeScript(after: nil) }
        let lease = try await firmware.lease()
        let file = try await loadBootFile(lease)
        return isShim(file) ? try await grubScript(lease) : try await ipxeScript(after: lease.address)
    }

    /// iPXE asks for an address anew, and gets the one that firmware had.
    private func ipxeScript(after known: IPv4Address?) async throws -> StageScript {
        let lease = try await conversation(BootProgram.firmware(of: host.kind).ipxe).lease()
        if let known, known != lease.address {
            throw SimulationError("firmware got the address \(known), iPXE \(lease.address)")
        }
        guard let url = lease.bootFile, url.hasPrefix("http://") else {
            throw SimulationError("iPXE was told to boot '\(lease.bootFile ?? "")', expected the URL of its script")
        }
        let script = try StageScript(try await http.text(url), mac: host.mac)
        for file in script.files { try await http.check(file) }
        return script
    }

    /// Loads the boot file as this firmware would, over TFTP or HTTP, and returns its name.
    private func loadBootFile(_ lease: HostLease) async throws -> String {
        guard let file = lease.bootFile else { throw SimulationError("the ACK names no boot file") }
        if host.kind == .uefiHTTP {
            // Without this option the firmware takes the offer for a plain one, and does not boot from it.
            guard lease.vendorClass?.hasPrefix("HTTPClient") == true, file.hasPrefix("http://") else {
                throw SimulationError("UEFI HTTP Boot got '\(file)' and option 60 '\(lease.vendorClass ?? "")'")
            }
            try await http.load(file)
            return file
        }
        try await load(file, lease)
        return file
    }

    /// Loads a file over TFTP, with the options that this firmware asks for.
    func load(_ file: String, _ lease: HostLease) async throws {
        let isBIOS = BootProgram.firmware(of: host.kind).architecture == .x86BIOS
        let download =
            isBIOS
            ? TFTPDownload(file: file, blockSize: 1456) : TFTPDownload(file: file, blockSize: 1468, window: 4)
        let ending = try await transfer(download, lease).ending
        guard case .complete(let count) = ending, count > 0 else { throw SimulationError("\(file): \(ending)") }
    }

    /// Carries a TFTP download with the server that a lease names.
    func transfer(_ download: TFTPDownload, _ lease: HostLease) async throws -> TFTPFetched {
        let server = lease.nextServer.isUnspecified ? lease.server : lease.nextServer
        return try await TFTPDownloadHandler.carry(download, from: server, to: address)
    }
}

import NetworkTypes

// The ways of the hosts that are broken on purpose.
extension HostWalk {
    /// The longest message that every client takes: 576 octets with IP and UDP headers (RFC 2131 section 2).
    private static let shortMessage = 548

    func endsWithoutBootFile() async throws {
        let lease = try await firmware.lease()
        if let file = lease.bootFile { throw SimulationError("an unknown architecture was told to boot '\(file)'") }
    }

    /// An address that was offered and never asked for is no lease: nobody may keep it.
    func leasesNothing() async throws {
        let offered = try await firmware.offer().answer.address
        if try await firmware.reboot(into: offered) == .ack {
            throw SimulationError("\(offered) was leased, though its offer was never taken")
        }
    }

    func getsAnotherAddress() async throws {
        let first = try await firmware.lease()
        try firmware.decline(first)
        let second = try await firmware.lease()
        if second.address == first.address { throw SimulationError("\(first.address) came back after a DECLINE") }
    }

    func missesItsFile() async throws {
        let lease = try await firmware.lease()
        let download = TFTPDownload(file: "simulated/missing.efi", blockSize: 1468)
        let ending = try await transfer(download, lease).ending
        guard case .refused(code: 1, message: _) = ending else { throw SimulationError("a missing file: \(ending)") }
    }

    /// Acknowledges its boot file up to a block, 0 for the options alone, and waits until the server gives up.
    /// - Parameter blockSize: octets.
    func isCutOff(after block: Int, blockSize: Int) async throws {
        let lease = try await firmware.lease()
        guard let file = lease.bootFile else { throw SimulationError("the ACK names no boot file") }
        let download = TFTPDownload(file: file, blockSize: blockSize, purpose: .stall(after: block))
        let ending = try await transfer(download, lease).ending
        guard case .refused = ending else { throw SimulationError("a transfer that stalls: \(ending)") }
    }

    /// One malformed message of each sort; then a good one, to see that the server lives.
    func isPassedOver() async throws {
        for octets in MalformedMessages.all(from: firmware.discoverMessage) {
            guard try await !firmware.isAnswered(octets) else {
                throw SimulationError("a malformed message of \(octets.count) octets was answered")
            }
        }
        _ = try await firmware.offer()
    }

    func releases() async throws {
        let lease = try await firmware.lease()
        try firmware.release(lease)
        _ = try await firmware.offer()
    }

    func getsShortAnswers() async throws {
        let lease = try await firmware.lease()
        guard lease.bootFile != nil else { throw SimulationError("short answers lack the boot file") }
        guard lease.largestAnswer <= Self.shortMessage else {
            throw SimulationError("an answer of \(lease.largestAnswer) octets, expected \(Self.shortMessage) at most")
        }
    }
}

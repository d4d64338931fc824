import DHCP
import Glibc
package import LinuxSystem
import NIOPosix
import NetworkTypes
import Synchronization

/// DISCOVERs by broadcast, each of another host, as many a second as wanted: what a broken or hostile machine sends.
package final class DiscoverFlood: Sendable {
    private struct State {
        var sent = 0
        var isStopped = false
        var hasEnded = false
    }

    /// Offsets behind the headers of IPv4 (20 octets) and UDP (8 octets).
    private static let checksum = 26
    private static let transactionID = 28 + 4
    private static let hardwareAddress = 28 + 28

    /// What the first three octets of every MAC address of the flood are.
    package static let prefix: [UInt8] = [0x06, 0xF1, 0x00]

    private let rate: Int
    private let frame: [UInt8]
    private let socket: PacketSocket
    private let state = Mutex(State())

    /// - Parameters:
    ///   - socket: one for IPv4 that only sends.
    ///   - rate: packets a second.
    package init(on socket: PacketSocket, rate: Int) throws {
        self.socket = socket
        self.rate = rate
        var message = Message(operation: .bootRequest, hardwareAddress: Self.prefix + [0, 0, 0], transactionID: 0)
        message.options.set(KnownOptions.messageType, .discover)
        message.options.set(KnownOptions.vendorClass, "PXEClient:Arch:00007:UNDI:003000")
        var bytes = try message.clientBroadcast()
        // No checksum (RFC 768), because the octets change.
        bytes.replaceSubrange(Self.checksum..<Self.checksum + 2, with: [0, 0])
        frame = bytes
    }

    /// How many went out so far.
    package var sent: Int { state.withLock { $0.sent } }

    /// Whether it was stopped, failed, or its time is over.
    package var hasEnded: Bool { state.withLock { $0.hasEnded } }

    private func stop() { state.withLock { $0.isStopped = true } }

    /// Runs `body` while the flood is sent from a thread of its own.
    package func whileSending(_ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await NIOThreadPool.singleton.runIfActive { try self.run() } }
            do {
                defer { stop() }
                try await body()
            }
            try await group.waitForAll()
        }
    }

    /// Sends until it is stopped, on the calling thread; ends at the latest after half a minute.
    private func run() throws {
        defer { state.withLock { $0.hasEnded = true } }
        let start = ContinuousClock.now
        var frame = self.frame
        var number = 0
        while !state.withLock({ $0.isStopped }) {
            let seconds = start.duration(to: .now) / .seconds(1)
            guard seconds < 30 else { return }
            // What a thread that had to wait has missed comes in small bursts.
            let due = min(Int(seconds * Double(rate)), number + 150)
            while number < due {
                number += 1
                let digits = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
                frame.replaceSubrange(Self.transactionID..<Self.transactionID + 4, with: digits)
                frame.replaceSubrange(Self.hardwareAddress + 3..<Self.hardwareAddress + 6, with: digits[1...])
                try socket.send(frame, to: .broadcast)
            }
            let sent = number
            state.withLock { $0.sent = sent }
            usleep(4000)
        }
    }
}

package import DHCP
import Glibc
import NIOCore
package import NetworkTypes

/// Sees every IPv4 frame that comes to a namespace, with its Ethernet header.
package final class Sniffer: Sendable {
    /// A DHCP message and how it came.
    package struct Sighting: Sendable {
        package var ethernetDestination: MACAddress?
        package var frame: UDPFrame
        package var message: Message
    }

    private let descriptor: Int32

    /// Opens in the namespace of the calling thread.
    package init() throws {
        descriptor = socket(
            AF_PACKET, Int32(SOCK_RAW.rawValue) | Int32(SOCK_NONBLOCK.rawValue), Int32(UInt16(0x0800).bigEndian))
        guard descriptor >= 0 else {
            throw TestNetwork.Failure(command: "packet socket", output: String(cString: strerror(errno)))
        }
    }

    deinit { close(descriptor) }

    /// The next DHCP message of a server, from port 67 or 4011, that comes within `patience` and that `isWanted` takes;
    /// nil without one.
    package func next(
        within patience: Duration = .seconds(5), where isWanted: (Message) throws -> Bool = { _ in true }
    ) async throws -> Sighting? {
        let deadline = ContinuousClock.now.advanced(by: patience)
        while ContinuousClock.now < deadline {
            while let sighting = receive() { if try isWanted(sighting.message) { return sighting } }
            try await Task.sleep(for: .milliseconds(2))
        }
        return nil
    }

    /// Nil where nothing waits; frames that are no DHCP replies are passed over.
    private func receive() -> Sighting? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(descriptor, &bytes, bytes.count, 0)
            guard count > 0 else { return nil }
            guard count > 14 else { continue }
            var packet = ByteBuffer(bytes: bytes[14..<count])
            guard let frame = try? packet.readUDPFrame(checksumIsPartial: true), [67, 4011].contains(frame.sourcePort)
            else { continue }
            var payload = frame.payload
            guard let message = try? payload.readDHCPMessage(), message.operation == .bootReply else { continue }
            return Sighting(ethernetDestination: MACAddress(bytes[..<6]), frame: frame, message: message)
        }
    }
}

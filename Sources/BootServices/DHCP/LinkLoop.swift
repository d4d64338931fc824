import Glibc
import LinuxSystem
import NetworkTypes

/// Receives and answers on all sockets of a link, on one thread of its own: what else the process does, such as sending
/// files to a hundred hosts, does not delay an answer.
final class LinkLoop: Sendable {
    /// A probe that the rules want before an answer.
    struct Probe: Sendable {
        let address: IPv4Address
        let client: ClientMessage
        let responder: DHCPResponder
    }

    /// Datagrams that are read before the next is answered, and answered before the next is read.
    private static let readAtOnce = 64
    private static let answeredAtOnce = 16

    /// Where packets come faster than this, in microseconds, the thread rests so long before it reads them, and finds
    /// several at once: under load, waking for each of them costs as much as answering it.
    private static let shortestRound: UInt32 = 300

    private let sockets: [BoundUDPSocket]
    private let responders: [DHCPResponder]
    private let desk: LeaseDesk
    private let readiness: Readiness

    /// - Parameter responders: one for each socket.
    init(sockets: [BoundUDPSocket], responders: [DHCPResponder], desk: LeaseDesk) throws {
        self.sockets = sockets
        self.responders = responders
        self.desk = desk
        readiness = try Readiness()
        for socket in sockets where !readiness.add(socket.descriptor) {
            throw NetworkError("waiting for datagrams", detail: "the kernel refused")
        }
    }

    /// Ends `run`.
    func stop() { readiness.wake() }

    /// Answers until `stop` is called or a socket fails. Blocks.
    /// - Parameter probe: is told of each probe, and must return at once.
    func run(probe: @Sendable (Probe) -> Void) throws {
        var queue = PacketQueue(known: desk.known)
        var ready: [CInt] = []
        var lastRound = ContinuousClock.now
        while !readiness.wait(blocks: queue.isEmpty, ready: &ready) {
            if queue.isEmpty {
                if lastRound.duration(to: .now) < .microseconds(Self.shortestRound) { usleep(Self.shortestRound) }
                lastRound = .now
            }
            for (index, socket) in sockets.enumerated() where ready.contains(socket.descriptor) {
                try read(socket, number: index, into: &queue)
            }
            let dropped = queue.takeDropped()
            if dropped > 0 { desk.count { $0.dropped += dropped } }
            for _ in 0..<Self.answeredAtOnce {
                guard let packet = queue.take() else { break }
                answer(packet.datagram, responders[packet.socket], probe: probe)
            }
        }
    }

    private func read(_ socket: BoundUDPSocket, number: Int, into queue: inout PacketQueue) throws {
        for _ in 0..<Self.readAtOnce {
            guard let datagram = try socket.receive() else { return }
            queue.put(PacketQueue.Packet(datagram: datagram, socket: number))
        }
    }

    private func answer(_ datagram: UDPDatagram, _ responder: DHCPResponder, probe: (Probe) -> Void) {
        guard let client = responder.decode(datagram) else { return }
        if let address = responder.perform(responder.decide(client), for: client) {
            probe(Probe(address: address, client: client, responder: responder))
        }
    }
}

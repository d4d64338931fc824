import FoundationEssentials
import Glibc
import Synchronization
import VirtualRack

/// A wire between an agent and the server that a test can hold: after so many bytes from the server nothing comes through
/// until the test lets go. It can also answer for the server where a manifest is asked for.
///
/// Its sockets are in the rack's network; its threads are its own, because a thread's network is changed for good.
final class Relay: Sendable {
    /// What the agent is given as its server.
    let url: String
    private let namespace: String
    private let limit: Int
    private let manifest: [UInt8]?
    private let state = Mutex(State())

    private struct State {
        var passed = 0
        var isHeld = false
        var isReleased = false
        var open: Set<Int32> = []
    }

    /// - Parameters:
    ///   - limit: bytes from the server that come through before everything is held.
    ///   - manifest: what is answered for every manifest instead of asking the server.
    init(to server: IngotServer, holdingAfter limit: Int = .max, answeringManifestsWith manifest: [UInt8]? = nil) throws
    {
        namespace = "/run/netns/" + server.rack.namespaceName
        self.limit = limit
        self.manifest = manifest
        let listening = try Relay.inNetwork(namespace) { try Relay.listen() }
        url = "http://127.0.0.1:\(listening.port)"
        state.withLock { _ = $0.open.insert(listening.socket) }
        RelayThread.start { [self] in
            while case let client = accept(listening.socket, nil, nil), client >= 0 {
                RelayThread.start { [self] in connect(client) }
            }
            drop(listening.socket)
        }
    }

    /// Waits until bytes are held.
    func waitUntilHeld() async throws {
        for _ in 0..<600 {
            if state.withLock({ $0.isHeld }) { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw EndToEndError("the agent never came so far that the relay held it")
    }

    /// Lets everything through from now on.
    func release() { state.withLock { $0.isReleased = true } }

    /// Ends every connection and takes no more.
    func close() {
        release()
        for socket in state.withLock({ $0.open }) { shutdown(socket, Int32(SHUT_RDWR)) }
    }

    /// Carries one connection to its end.
    private func connect(_ client: Int32) {
        guard let server = try? Relay.inNetwork(namespace, { try Relay.connectToServer() }) else {
            Glibc.close(client)
            return
        }
        state.withLock { $0.open.formUnion([client, server]) }
        let downward = RelayThread.start { [self] in
            pump(from: server, to: client) { wait(for: $0.count) }
            shutdown(client, Int32(SHUT_RDWR))
        }
        pump(from: client, to: server) { bytes in
            guard let manifest, bytes.starts(with: Array("GET /manifests/".utf8)) else { return }
            let head = ["HTTP/1.1 200 OK", "Content-Type: application/json", "Content-Length: \(manifest.count)"]
            _ = Relay.send(Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8) + manifest, to: client)
            bytes = []
        }
        shutdown(server, Int32(SHUT_RDWR))
        pthread_join(downward, nil)
        drop(client)
        drop(server)
    }

    private func drop(_ socket: Int32) {
        state.withLock { _ = $0.open.remove(socket) }
        Glibc.close(socket)
    }

    private func pump(from source: Int32, to target: Int32, _ look: (inout [UInt8]) -> Void) {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while case let count = recv(source, &buffer, buffer.count, 0), count > 0 {
            var bytes = Array(buffer.prefix(count))
            look(&bytes)
            guard Relay.send(bytes, to: target) else { return }
        }
    }

    private func wait(for count: Int) {
        state.withLock {
            $0.passed += count
            if $0.passed > limit { $0.isHeld = true }
        }
        while state.withLock({ $0.isHeld && !$0.isReleased }) { usleep(20_000) }
    }
}

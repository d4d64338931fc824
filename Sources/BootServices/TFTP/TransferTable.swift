import NIOCore
import Synchronization

/// The clients that have a transfer now: a repeated request of one of them is a duplicate, not a new transfer.
final class TransferTable: Sendable {
    enum Admission { case admitted, duplicate, full }

    private let limit: Int
    private let clients = Mutex<Set<SocketAddress>>([])

    init(limit: Int) { self.limit = limit }

    /// Takes a place for `client`, which must be given back with `remove`.
    func admit(_ client: SocketAddress) -> Admission {
        clients.withLock { clients in
            if clients.contains(client) { return .duplicate }
            guard clients.count < limit else { return .full }
            clients.insert(client)
            return .admitted
        }
    }

    func remove(_ client: SocketAddress) {
        clients.withLock { _ = $0.remove(client) }
    }
}

import NIOCore
import Synchronization

/// The clients that have a transfer now: a repeated request of one of them is a duplicate, not a new transfer. No
/// address may have so many that none are left for others.
final class TransferTable: Sendable {
    enum Admission { case admitted, duplicate, full, tooMany }

    private let limit: Int
    private let limitPerAddress: Int
    private let state = Mutex(State())

    private struct State {
        var clients: Set<SocketAddress> = []
        var perAddress: [String: Int] = [:]
    }

    init(limit: Int, perAddress limitPerAddress: Int) {
        self.limit = limit
        self.limitPerAddress = limitPerAddress
    }

    /// Takes a place for `client`, which must be given back with `remove`.
    func admit(_ client: SocketAddress) -> Admission {
        let address = client.ipAddress ?? ""
        return state.withLock { state in
            if state.clients.contains(client) { return .duplicate }
            guard state.clients.count < limit else { return .full }
            guard state.perAddress[address, default: 0] < limitPerAddress else { return .tooMany }
            state.clients.insert(client)
            state.perAddress[address, default: 0] += 1
            return .admitted
        }
    }

    func remove(_ client: SocketAddress) {
        let address = client.ipAddress ?? ""
        state.withLock { state in
            guard state.clients.remove(client) != nil, let count = state.perAddress[address] else { return }
            state.perAddress[address] = count > 1 ? count - 1 : nil
        }
    }
}

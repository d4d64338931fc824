package import NetworkTypes

/// Moves hosts on to their next loader: counts how often a loader was offered without a word from it, and remembers
/// what worked on which model.
package struct LoaderAttempts: Sendable {
    /// How often a loader is offered in vain before the next one is.
    private let patience: Int
    private let limit: Int
    private var tries: [Client: Try] = [:]
    private var worked: [HostModel: String] = [:]

    /// One firmware client: PXE and HTTP Boot of one NIC take turns, and have loaders of their own.
    private struct Client: Hashable {
        var mac: MACAddress
        var isOverHTTP: Bool
    }

    private struct Try {
        var list: LoaderList
        var loader: String
        var model: HostModel?
        /// Those of the list that were given up, and have not worked since.
        var given: Set<String> = []
        /// Offers in a row without a word, the last one included.
        var silent = 1
        /// The loader asked for its script since the last offer.
        var isHeard = false
        /// xid of the last DISCOVER.
        var attempt: UInt32?
        var lastOffered: Int64

        /// Whether a packet belongs to the attempt that was counted last.
        func isRunning(_ attempt: UInt32?, now: Int64) -> Bool {
            guard let attempt else { return true }
            return now - lastOffered <= (attempt == self.attempt ? repetitionTime : restartTime)
        }
    }

    /// Milliseconds within which a DISCOVER with the same xid is a repetition: firmware waits up to 32 seconds. Some
    /// choose the same xid at each start.
    private static let repetitionTime: Int64 = 40_000
    /// Milliseconds within which any DISCOVER is: no firmware starts anew as fast.
    private static let restartTime: Int64 = 3000

    /// A loader to offer, and the one that is given up for it.
    package struct Offer: Hashable, Sendable {
        package var loader: String
        package var insteadOf: String?

        package init(loader: String, insteadOf: String? = nil) {
            self.loader = loader
            self.insteadOf = insteadOf
        }
    }

    /// - Parameters:
    ///   - patience: how often a loader is offered in vain before the next one is; at least 1.
    ///   - limit: of the clients that are remembered, of which strangers and then the oldest are forgotten first, and of
    ///     the models.
    package init(patience: Int = 2, limit: Int = 10_000) {
        self.patience = max(patience, 1)
        self.limit = max(limit, 1)
    }

    /// Clients that are remembered.
    package var count: Int { tries.count }

    /// The client asks to boot and may get one of these loaders. Nil for an empty list.
    /// - Parameters:
    ///   - attempt: xid of a DISCOVER; nil for the packets that follow it.
    ///   - now: milliseconds since 1970.
    package mutating func offered(
        _ list: LoaderList, to mac: MACAddress, attempt: UInt32?, model: HostModel?, now: Int64
    ) -> Offer? {
        let client = Client(mac: mac, isOverHTTP: list.isOverHTTP)
        let known = tries[client]
        guard var current = known, current.list == list else {
            let given = known.map { $0.list.isAsChosen(as: list) ? $0.given : [] } ?? []
            guard let first = first(of: list, for: model, except: given) else { return nil }
            if known == nil { makeRoom() }
            tries[client] = Try(
                list: list, loader: first, model: model, given: given, attempt: attempt, lastOffered: now)
            return Offer(loader: first)
        }
        defer { tries[client] = current }
        let isSameAttempt = current.isRunning(attempt, now: now)
        if let attempt { current.attempt = attempt }
        current.lastOffered = now
        current.model = model
        if isSameAttempt { return Offer(loader: current.loader) }
        if current.isHeard {
            current.isHeard = false
            current.silent = 1
            return Offer(loader: current.loader)
        }
        guard current.silent >= patience, let next = Self.next(after: current.loader, in: list.names) else {
            current.silent += 1
            return Offer(loader: current.loader)
        }
        let given = current.loader
        current.given.insert(given)
        current.loader = next
        current.silent = 1
        return Offer(loader: next, insteadOf: given)
    }

    /// The loader of this host came as far as asking what to do.
    package mutating func progressed(_ mac: MACAddress) {
        let clients = [false, true].map { Client(mac: mac, isOverHTTP: $0) }
        guard let last = clients.max(by: { lastOffered($0) < lastOffered($1) }), var current = tries[last] else {
            return
        }
        current.isHeard = true
        current.given.remove(current.loader)
        tries[last] = current
        guard let model = current.model else { return }
        if worked[model] == nil, worked.count >= limit { worked.removeAll() }
        worked[model] = current.loader
    }

    private func lastOffered(_ client: Client) -> Int64 { tries[client]?.lastOffered ?? .min }

    /// What worked on another host of the model, unless an operator chose; else the best. What the client was offered in
    /// vain comes last.
    private func first(of list: LoaderList, for model: HostModel?, except given: Set<String>) -> String? {
        let known = list.isRuled ? nil : model.flatMap { worked[$0] }
        if let known, list.names.contains(known), !given.contains(known) { return known }
        return list.names.first { !given.contains($0) } ?? list.names.first
    }

    /// After the last comes the first again: no host is ever given up. Nil where there is no other.
    private static func next(after name: String, in names: [String]) -> String? {
        guard names.count > 1, let index = names.firstIndex(of: name) else { return nil }
        return names[(index + 1) % names.count]
    }

    /// Forgets the oldest tenth where all places are taken, of clients whose model nobody knows first.
    private mutating func makeRoom() {
        guard tries.count >= limit else { return }
        let oldest = tries.sorted { first, second in
            let isStranger = (first.value.model == nil, second.value.model == nil)
            if isStranger.0 != isStranger.1 { return isStranger.0 }
            return first.value.lastOffered < second.value.lastOffered
        }.prefix(max(limit / 10, 1))
        for (client, _) in oldest { tries[client] = nil }
    }
}

extension LoaderList {
    /// Whether no operator has chosen between this list and `other`: what the stage reports orders a list anew, too.
    fileprivate func isAsChosen(as other: LoaderList) -> Bool {
        isRuled == other.isRuled && (!isRuled || names.first == other.names.first)
    }
}

import BootTimeline
import LeasePolicy
package import NetworkTypes

/// The DHCP servers on one network that are not this one: a state machine whose events are its mutating functions.
/// Times are milliseconds since 1970.
package struct ForeignServers: Sendable {
    /// What an answer means.
    package enum Verdict: Hashable, Sendable {
        /// It is this server's own.
        case own
        /// The rules of the network expect it.
        case expected
        /// It came from another server; `isNew` where that one was not known.
        case foreign(HeardServer, isNew: Bool)
    }

    /// A server that was not heard for this long is gone: six probes.
    package static let memory: Int64 = 180_000
    /// Of more servers, those that were silent longest are forgotten.
    package static let capacity = 64

    private let ownAddresses: Set<IPv4Address>
    private var heard: [IPv4Address: HeardServer] = [:]

    /// - Parameter ownAddresses: every address that this server answers from.
    package init(ownAddresses: Set<IPv4Address>) { self.ownAddresses = ownAddresses }

    /// Every server that is there, by address.
    package var servers: [HeardServer] { heard.values.sorted { $0.address < $1.address } }

    /// An answer was heard.
    package mutating func hear(_ answer: ForeignAnswer, rules: ForeignServerRules, now: Int64) -> Verdict {
        guard !ownAddresses.contains(answer.server.address), !ownAddresses.contains(answer.source) else { return .own }
        guard rules.concern(answer) else { return .expected }
        let known = heard[answer.server.address]
        if known == nil, heard.count >= Self.capacity { forgetOldest() }
        var server = known ?? HeardServer(address: answer.server.address, at: now)
        server.take(answer, at: now)
        heard[server.address] = server
        return .foreign(server, isNew: known == nil)
    }

    /// Time has passed: forgets the servers that are gone; which they were, by address.
    package mutating func elapse(now: Int64) -> [HeardServer] {
        let gone = servers.filter { now - $0.lastSeen >= Self.memory }
        for server in gone { heard[server.address] = nil }
        return gone
    }

    /// Whether this server is to answer nobody on the network: another one decides about the same addresses.
    package func silence(rules: ForeignServerRules, now: Int64) -> Bool {
        guard rules.policy == .refuse, rules.mode == .authoritative else { return false }
        return heard.values.contains { server in server.lastAddress.map { now - $0 < Self.memory } ?? false }
    }

    private mutating func forgetOldest() {
        guard let oldest = heard.values.min(by: { $0.lastSeen < $1.lastSeen }) else { return }
        heard[oldest.address] = nil
    }
}

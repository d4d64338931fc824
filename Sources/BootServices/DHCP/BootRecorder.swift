import BootPolicy
import BootTimeline
import DHCP
import LeasePolicy
import NetworkTypes

/// Tells the observer what happens to the DHCP messages of one link and port.
struct BootRecorder: Sendable {
    let observer: any BootObserving
    let interface: DHCPInterface
    /// Milliseconds since 1970.
    let clock: @Sendable () -> Int64

    func received(_ client: ClientMessage) {
        guard isFollowed(client) else { return }
        record(.received(record(of: client)), of: client)
    }

    /// Ordinary clients are no hosts.
    private func isFollowed(_ client: ClientMessage) -> Bool {
        client.bootRequest.clientClass != .other || client.bootRequest.isIPXE || observer.follows(client.mac)
    }

    /// - Parameters:
    ///   - boot: nil for a NAK.
    ///   - conflict: the address at which a probe found another machine before this answer.
    func answered(
        _ client: ClientMessage, with reply: Message, _ type: MessageType, boot: BootAnswer?, isProxy: Bool,
        conflict: IPv4Address?
    ) {
        guard isFollowed(client) else { return }
        var record = record(of: client)
        record.type = type.recordName
        record.address = reply.yourAddress.isUnspecified ? nil : reply.yourAddress
        record.server = client.serverIdentifier
        record.bootFile = reply.options.lenient(KnownOptions.bootFileName)
        if let boot, case .none(let reason) = boot { record.noBootFile = reason }
        record.isProxy = isProxy
        record.conflict = conflict
        self.record(.answered(record), of: client)
    }

    /// - Parameter noBootFile: why there was no boot file, where that is why there was no answer.
    func unanswered(
        _ client: ClientMessage, _ cause: IgnoreCause, detail: String, noBootFile: String? = nil,
        conflict: IPv4Address? = nil
    ) {
        guard isFollowed(client) else { return }
        var record = record(of: client)
        record.noBootFile = noBootFile
        record.conflict = conflict
        self.record(.unanswered(record, UnansweredReason(cause), detail: detail), of: client)
    }

    private func record(_ occurrence: BootOccurrence, of client: ClientMessage) {
        observer.record(BootEvent(at: clock(), mac: client.mac, occurrence: occurrence))
    }

    private func record(of client: ClientMessage) -> DHCPRecord {
        let message = client.message
        var record = DHCPRecord(type: client.type.recordName, interface: interface.name)
        record.port = client.source.port.rawValue
        record.address = client.query.requested ?? (message.clientAddress.isUnspecified ? nil : message.clientAddress)
        record.relay = message.relayAddress.isUnspecified ? nil : message.relayAddress
        record.server = message.options.lenient(KnownOptions.serverIdentifier)
        record.vendorClass = message.options.lenient(KnownOptions.vendorClass)
        record.architecture = client.bootRequest.architecture
        record.isIPXE = client.bootRequest.isIPXE
        return record
    }
}

extension MessageType {
    /// `DISCOVER`; the description of a number without a name.
    fileprivate var recordName: String { name ?? description }
}

extension UnansweredReason {
    fileprivate init(_ cause: IgnoreCause) {
        self =
            switch cause {
            case .poolExhausted: .poolExhausted
            case .noSubnet: .noSubnet
            case .anotherServer: .anotherServer
            case .networkTaken: .networkTaken
            case .storeFailed: .storeFailed
            case .rules: .rules
            }
    }
}

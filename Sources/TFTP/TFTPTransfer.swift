/// The sending side of one transfer (RFC 1350, window-wise after RFC 7440) as a state machine: the owner feeds it
/// packets and timeouts and does what it returns. It holds no bytes, no socket and no clock.
///
/// Only an acknowledgement of something new sends blocks, and only the timer repeats them: duplicate acknowledgements
/// cannot multiply packets (the Sorcerer's Apprentice bug, RFC 1123 section 4.2.3.1).
package struct TFTPTransfer: Sendable {
    private enum State {
        case idle
        /// The OACK is out; the client answers with ACK 0.
        case negotiating
        /// Blocks up to `sent` are out.
        case sending
        case ended
    }

    package let settings: TFTPSettings
    /// Octets of the file.
    package let size: Int
    /// Blocks of the file, counted from 1; the last is shorter than the block size, perhaps empty.
    package let lastBlock: Int

    /// The highest block that the client acknowledged.
    package private(set) var acknowledged = 0
    private var state = State.idle
    /// The highest block that was sent.
    private var sent = 0
    /// How often the current window was repeated.
    private var repeated = 0
    private let maximumRepetitions: Int
    /// Repetitions of the first packet; nil once an acknowledgement showed that the request's sender is where it says.
    private var unconfirmedRepetitions: Int?

    /// - Parameter requestSize: octets of the request's datagram. Until the first acknowledgement, repetitions may not
    ///   bring what is sent above three times the request, because its source address may be forged; nil sets no such
    ///   bound.
    package init(size: Int, settings: TFTPSettings, limits: TFTPLimits, requestSize: Int? = nil) {
        self.settings = settings
        self.size = max(size, 0)
        lastBlock = self.size / max(settings.blockSize, 1) + 1
        maximumRepetitions = limits.repetitions
        guard let requestSize else { return }
        let headers = 28  // of IPv4 and UDP
        let first = headers + settings.firstPacketSize(ofFile: self.size)
        unconfirmedRepetitions = min(max(3 * (headers + requestSize) / first - 1, 0), limits.repetitions)
    }

    /// Octets that the client has acknowledged.
    package var acknowledgedBytes: Int { min(acknowledged * settings.blockSize, size) }

    /// Seconds until `timedOut()` is due after something was sent: what the client asked for, or 1, 2, 4, 4, ... No more than
    /// these until the first acknowledgement: forged requests could hold every place for minutes.
    package var timeout: Int {
        let own = 1 << min(repeated, 2)
        guard let asked = settings.timeout else { return own }
        return unconfirmedRepetitions == nil ? asked : min(asked, own)
    }

    /// The octets of the file that block `number` carries; empty for the end of a file of whole blocks.
    package func bytes(ofBlock number: Int) -> Range<Int> {
        let start = min(max(number - 1, 0) * settings.blockSize, size)
        return start..<min(start + settings.blockSize, size)
    }

    /// The number of a block on the wire: it wraps from 65535 to 0.
    package static func wireNumber(_ block: Int) -> UInt16 { UInt16(truncatingIfNeeded: block) }
}

// MARK: - Events

extension TFTPTransfer {
    /// The client's request was accepted.
    package mutating func start() -> TFTPAction {
        guard case .idle = state else { return .wait }
        if settings.acknowledged.isEmpty { return sendWindow() }
        state = .negotiating
        return .sendOptions
    }

    /// A packet came from the client.
    package mutating func received(_ packet: TFTPPacket) -> TFTPAction {
        if case .ended = state { return .wait }
        switch packet {
        case .acknowledgement(let block): return acknowledgementCame(block)
        case .error(let error): return end(.refusedByClient(error))
        case .readRequest, .writeRequest, .data, .optionAcknowledgement:
            return end(.protocolError(TFTPError(.illegalOperation, "expected an acknowledgement")))
        }
    }

    /// Nothing new was acknowledged for `timeout` seconds.
    package mutating func timedOut() -> TFTPAction {
        switch state {
        case .idle, .ended: return .wait
        case .negotiating, .sending:
            guard repeated < unconfirmedRepetitions ?? maximumRepetitions else {
                return end(unconfirmedRepetitions == nil ? .stalled(afterBlock: acknowledged) : .unanswered)
            }
            repeated += 1
            if case .negotiating = state { return .sendOptions }
            return .sendBlocks((acknowledged + 1)...max(sent, acknowledged + 1))
        }
    }

    /// The client's host says that nobody listens on its port.
    package mutating func clientVanished() -> TFTPAction { stop(.clientGone(afterBlock: acknowledged)) }

    /// The longest time for a whole transfer is over.
    package mutating func expired() -> TFTPAction { stop(.tooSlow(afterBlock: acknowledged)) }

    /// The server shuts down.
    package mutating func serverStopped() -> TFTPAction { stop(.serverStopped) }

    private mutating func stop(_ outcome: TFTPOutcome) -> TFTPAction {
        if case .ended = state { return .wait }
        return end(outcome)
    }

    private mutating func acknowledgementCame(_ block: UInt16) -> TFTPAction {
        switch state {
        case .idle, .ended: return .wait
        case .negotiating:
            guard block == 0 else { return .wait }
            repeated = 0
            unconfirmedRepetitions = nil
            return sendWindow()
        case .sending:
            // Counted from the last acknowledged block, modulo 2^16; zero is a duplicate, too far is one from before.
            let advance = Int(block &- Self.wireNumber(acknowledged))
            guard advance > 0, advance <= sent - acknowledged else { return .wait }
            acknowledged += advance
            repeated = 0
            unconfirmedRepetitions = nil
            return acknowledged == lastBlock ? end(.completed) : sendWindow()
        }
    }

    private mutating func sendWindow() -> TFTPAction {
        state = .sending
        sent = min(acknowledged + settings.windowSize, lastBlock)
        return .sendBlocks((acknowledged + 1)...sent)
    }

    private mutating func end(_ outcome: TFTPOutcome) -> TFTPAction {
        state = .ended
        return .finish(outcome)
    }
}

extension TFTPSettings {
    /// Octets of the datagram that answers the request: the OACK, or the first block.
    fileprivate func firstPacketSize(ofFile size: Int) -> Int {
        if acknowledged.isEmpty { return TFTPPacket.dataHeader + min(blockSize, size) }
        return acknowledged.reduce(2) { $0 + $1.name.utf8.count + $1.value.utf8.count + 2 }
    }
}

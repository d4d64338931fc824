package import NetworkTypes

/// A client's way to an address: DISCOVER, OFFER, REQUEST, ACK (RFC 2131 section 4.4.1). It knows no clock and no
/// socket: its events are its mutating functions, and each returns what to do.
///
/// It sends no client identifier, so that servers know the client by its MAC address, as firmware and loader did.
package struct DHCPClientExchange: Sendable {
    /// What the owner has to do now.
    package enum Action: Hashable, Sendable {
        /// Broadcast the message; without an answer for so long, `timedOut` is the next event.
        case send(Message, wait: Duration)
        /// Configure the interface: the exchange is over.
        case bound(DHCPClientLease)
        /// Go on waiting; the text says why the message was passed over.
        case ignore(String)
        /// Give up: the exchange is over.
        case fail(String)
    }

    private enum State: Sendable {
        case idle
        case selecting
        case requesting(DHCPClientLease)
        case over
    }

    private let mac: MACAddress
    private let hostName: String?
    private let vendorClass: String?
    private let maximumDiscovers: Int
    private var transactionID: UInt32
    private var state = State.idle
    private var discovers = 0
    private var requests = 0

    /// REQUESTs for one OFFER before the client starts anew.
    private static let maximumRequests = 4

    /// - Parameters:
    ///   - transactionID: a random number; retries keep it, a new start adds one.
    ///   - maximumDiscovers: how often DISCOVER is sent before the exchange fails.
    package init(
        mac: MACAddress, transactionID: UInt32, hostName: String? = nil, vendorClass: String? = nil,
        maximumDiscovers: Int = 10
    ) {
        self.mac = mac
        self.transactionID = transactionID
        self.hostName = hostName
        self.vendorClass = vendorClass
        self.maximumDiscovers = maximumDiscovers
    }

    /// Begins; the action is the first DISCOVER.
    package mutating func start() -> Action { discover() }

    /// No answer came in the time that the last `send` named.
    package mutating func timedOut() -> Action {
        switch state {
        case .idle, .selecting: return discover()
        case .requesting(let offer) where requests < Self.maximumRequests: return request(offer)
        case .requesting: return restart()
        case .over: return .ignore("the exchange is over")
        }
    }

    /// A message came to port 68 of the interface.
    package mutating func received(_ message: Message) -> Action {
        guard message.operation == .bootReply, message.transactionID == transactionID,
            message.hardwareAddress == mac.bytes
        else { return .ignore("an answer to another client") }
        do throws(DHCPError) {
            return try received(message, of: try message.type)
        } catch {
            return .ignore("\(error)")
        }
    }

    private mutating func received(_ message: Message, of type: MessageType?) throws(DHCPError) -> Action {
        switch (state, type) {
        case (.selecting, .offer?):
            requests = 0
            return request(try DHCPClientLease(message))
        case (.requesting(let offer), .ack?):
            let lease = try DHCPClientLease(message)
            guard lease.server == offer.server else { return .ignore("an ACK of \(lease.server)") }
            state = .over
            return .bound(lease)
        case (.requesting(let offer), .nak?):
            let server = try message.options.value(KnownOptions.serverIdentifier)
            guard server == offer.server else { return .ignore("a NAK of another server") }
            return restart()
        default: return .ignore(type.map { "\($0) is not awaited" } ?? "a BOOTP reply")
        }
    }

    private mutating func restart() -> Action {
        transactionID &+= 1
        return discover()
    }

    private mutating func discover() -> Action {
        guard discovers < maximumDiscovers else {
            state = .over
            return .fail("no DHCP server gave \(mac) an address after \(discovers) DISCOVERs")
        }
        state = .selecting
        discovers += 1
        return .send(message(.discover), wait: Self.wait(after: discovers))
    }

    private mutating func request(_ offer: DHCPClientLease) -> Action {
        state = .requesting(offer)
        requests += 1
        var message = message(.request)
        message.options.set(KnownOptions.requestedAddress, offer.address)
        message.options.set(KnownOptions.serverIdentifier, offer.server)
        return .send(message, wait: Self.wait(after: requests))
    }

    /// 1, 2, 4, then 8 seconds.
    private static func wait(after attempts: Int) -> Duration { .seconds(1 << min(max(attempts, 1) - 1, 3)) }

    private func message(_ type: MessageType) -> Message {
        var message = Message(operation: .bootRequest, hardwareAddress: mac.bytes, transactionID: transactionID)
        message.options.set(KnownOptions.messageType, type)
        message.options.set(KnownOptions.maximumMessageSize, 1472)
        message.options.set(KnownOptions.hostName, hostName)
        message.options.set(KnownOptions.vendorClass, vendorClass)
        message.options.set(
            KnownOptions.parameterRequestList, [1, 3, 6, 12, 15, 26, 28, 42, 51, 54].map { OptionCode($0) })
        return message
    }
}

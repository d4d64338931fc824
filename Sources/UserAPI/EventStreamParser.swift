import FoundationEssentials

/// Splits a stream of server-sent events (WHATWG HTML, section 9.2) into deployment events, byte by byte: a piece of the
/// stream may end anywhere, within a character too. Lines end with a line feed, as the server writes them.
package struct EventStreamParser: Sendable {
    /// The line that has no end yet.
    private var line: [UInt8] = []
    /// The fields of the event that has no end yet.
    private var name = ""
    private var data: [UInt8] = []

    package init() {}

    /// The events that `piece` completes; events of other names are left out. Throws `DecodingError` where an event's
    /// data is not what its name promises.
    package mutating func append(_ piece: some Sequence<UInt8>) throws -> [DeploymentEvent] {
        var events: [DeploymentEvent] = []
        for byte in piece {
            if byte != Self.lineFeed {
                line.append(byte)
            } else if line.isEmpty {
                if let event = try takeEvent() { events.append(event) }
            } else {
                takeField()
            }
        }
        return events
    }

    private static let lineFeed = UInt8(ascii: "\n")

    /// Takes the line as a field of the event; a line that begins with a colon is a comment.
    private mutating func takeField() {
        let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        var value = parts.count == 2 ? parts[1] : []
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        switch String(decoding: parts[0], as: UTF8.self) {
        case "event":
            name = String(decoding: value, as: UTF8.self)
        case "data":
            if !data.isEmpty { data.append(Self.lineFeed) }
            data.append(contentsOf: value)
        default:
            break
        }
        line = []
    }

    /// The event that an empty line ends.
    private mutating func takeEvent() throws -> DeploymentEvent? {
        let json = Data(data)
        let kind = DeploymentEvent.Name(rawValue: name)
        data = []
        name = ""
        switch kind {
        case .deployment: return .deployment(try JSONDecoder().decode(DeploymentDetail.self, from: json))
        case .log: return .log(try JSONDecoder().decode(LogLine.self, from: json))
        case nil: return nil
        }
    }
}

import FoundationEssentials
import NIOCore
import UserAPI

/// Splits a stream of server-sent events (WHATWG HTML, section 9.2) into deployment events.
struct EventStreamParser {
    private var rest = ""

    /// The events that `piece` completes; events of other names are left out.
    mutating func append(_ piece: ByteBuffer) throws -> [DeploymentEvent] {
        rest += String(buffer: piece)
        var events: [DeploymentEvent] = []
        while let end = rest.firstRange(of: "\n\n") {
            let block = rest[..<end.lowerBound]
            rest = String(rest[end.upperBound...])
            if let event = try Self.event(block) { events.append(event) }
        }
        return events
    }

    private static func event(_ block: Substring) throws -> DeploymentEvent? {
        var name = ""
        var data = ""
        for line in block.split(separator: "\n") {
            if line.hasPrefix("event: ") { name = String(line.dropFirst(7)) }
            if line.hasPrefix("data: ") { data += line.dropFirst(6) }
        }
        switch DeploymentEvent.Name(rawValue: name) {
        case .deployment:
            return .deployment(try JSONDecoder().decode(DeploymentDetail.self, from: Data(data.utf8)))
        case .log: return .log(try JSONDecoder().decode(LogLine.self, from: Data(data.utf8)))
        case nil: return nil
        }
    }
}

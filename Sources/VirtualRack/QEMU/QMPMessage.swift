import FoundationEssentials

/// A command to QEMU's monitor (QEMU Machine Protocol, section 2.3).
package struct QMPCommand: Hashable, Sendable, Encodable {
    package var execute: String
    package var arguments: [String: JSONValue]?

    package init(_ execute: String, _ arguments: [String: JSONValue]? = nil) {
        self.execute = execute
        self.arguments = arguments
    }

    /// One line.
    func line() throws -> [UInt8] { [UInt8](try JSONEncoder().encode(self)) + [UInt8(ascii: "\n")] }
}

/// What QEMU's monitor says, one a line.
package enum QMPMessage: Hashable, Sendable {
    case greeting
    case success(JSONValue)
    case failure(kind: String, description: String)
    case event(QMPEvent)

    /// Throws where the line is none of the above.
    package init(line: some Sequence<UInt8>) throws {
        let bytes = Data(line)
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: bytes) else {
            throw RackError("QEMU's monitor said something that is not JSON: \(String(decoding: bytes, as: UTF8.self))")
        }
        if let result = value["return"] {
            self = .success(result)
        } else if let error = value["error"] {
            self = .failure(kind: error["class"]?.text ?? "", description: error["desc"]?.text ?? "")
        } else if let event = QMPEvent(value) {
            self = .event(event)
        } else if value["QMP"] != nil {
            self = .greeting
        } else {
            throw RackError("QEMU's monitor said what no protocol knows: \(String(decoding: bytes, as: UTF8.self))")
        }
    }
}

/// Something that happened to a virtual host: `RESET`, `STOP`, `RESUME`, `SHUTDOWN`, `POWERDOWN`, ...
package struct QMPEvent: Hashable, Sendable {
    package var name: String
    /// Seconds since 1970.
    package var seconds: Int64
    /// 0...999999.
    package var microseconds: Int64
    package var data: JSONValue

    init?(_ value: JSONValue) {
        guard let name = value["event"]?.text, case .integer(let seconds)? = value["timestamp"]?["seconds"],
            case .integer(let microseconds)? = value["timestamp"]?["microseconds"]
        else { return nil }
        self.name = name
        self.seconds = seconds
        self.microseconds = microseconds
        data = value["data"] ?? .null
    }

    /// Whether the guest itself caused it: true for a reboot from within, false for one by the rack.
    package var isCausedByGuest: Bool { data["guest"]?.flag ?? false }
}

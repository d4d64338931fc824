extension DiskRule: CustomStringConvertible {
    /// Reads the text form; empty text is the rule without conditions. Throws `DiskRuleError.malformed`.
    public init(_ text: String) throws(DiskRuleError) {
        var conditions: [DiskCondition] = []
        var preference: DiskPreference?
        for term in text.split(separator: ",", omittingEmptySubsequences: false).map(Self.trimmed) {
            if term.isEmpty && Self.trimmed(text[...]).isEmpty { break }
            if let found = DiskPreference(rawValue: term) {
                guard preference == nil else { throw .malformed(term: term, expected: "only one of smallest, largest") }
                preference = found
            } else {
                let condition = try DiskCondition(term: term)
                guard !conditions.contains(where: { $0.excludes(condition) }) else {
                    throw .malformed(term: term, expected: "\(condition.key) only once")
                }
                conditions.append(condition)
            }
        }
        self.init(conditions: conditions, preference: preference)
    }

    /// The text form.
    public var description: String {
        (conditions.map(\.description) + [preference?.rawValue].compactMap(\.self)).joined(separator: ",")
    }

    private static func trimmed(_ text: Substring) -> String {
        var rest = text.drop { $0.isWhitespace }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}

extension DiskRule: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        do {
            self = try DiskRule(text)
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension DiskCondition: CustomStringConvertible {
    private static let form =
        "serial=, wwn=, path=, name=, transport=, size>=, size<=, size>, size<, size=, smallest or largest"
    private static let transports: [DiskTransport] = [.nvme, .sata, .sas, .scsi, .virtio, .mmc]

    init(term: String) throws(DiskRuleError) {
        let key = term.prefix { $0.isLetter }
        let rest = term.dropFirst(key.count)
        if key == "size" {
            self = try Self.size(term: term, rest: rest)
            return
        }
        guard rest.hasPrefix("=") else { throw .malformed(term: term, expected: Self.form) }
        let value = String(rest.dropFirst())
        guard !value.isEmpty, !value.contains(where: \.isNewline) else {
            throw .malformed(term: term, expected: "a value after '\(key)='")
        }
        switch key {
        case "serial": self = .serial(value)
        case "wwn": self = .wwn(value)
        case "path": self = .path(value)
        case "name": self = .name(value.hasPrefix("/dev/") ? String(value.dropFirst(5)) : value)
        case "transport": self = .transport(try Self.transport(value, term: term))
        default: throw .malformed(term: term, expected: Self.form)
        }
    }

    /// The condition as a term of a rule.
    public var description: String {
        switch self {
        case .serial(let value), .wwn(let value), .path(let value), .name(let value): "\(key)=\(value)"
        case .transport(let transport): "\(key)=\(transport.rawValue)"
        case .size(let comparison, let bytes): "\(key)\(comparison.rawValue)\(bytes)"
        }
    }

    /// What stands in front of the operator.
    var key: String {
        switch self {
        case .serial: "serial"
        case .wwn: "wwn"
        case .path: "path"
        case .name: "name"
        case .transport: "transport"
        case .size: "size"
        }
    }

    /// True if the two may not stand in one rule: only sizes may be bounded twice, from different sides.
    func excludes(_ other: DiskCondition) -> Bool {
        if case .size(let a, _) = self, case .size(let b, _) = other { return a == b }
        return key == other.key
    }

    private static func size(term: String, rest: Substring) throws(DiskRuleError) -> DiskCondition {
        // Longer operators come first in the list, so that `>=` is not read as `>`.
        guard let comparison = DiskSizeComparison.allCases.first(where: { rest.hasPrefix($0.rawValue) }) else {
            throw .malformed(term: term, expected: "size>=, size<=, size>, size< or size=")
        }
        guard let bytes = DiskSize.bytes(rest.dropFirst(comparison.rawValue.count)) else {
            throw .malformed(term: term, expected: "a size like 500G, 1.92T or 64GiB")
        }
        return .size(comparison, bytes)
    }

    private static func transport(_ value: String, term: String) throws(DiskRuleError) -> DiskTransport {
        guard let known = transports.first(where: { $0.rawValue == value }) else {
            throw .malformed(term: term, expected: "one of " + transports.map(\.rawValue).joined(separator: ", "))
        }
        return known
    }
}

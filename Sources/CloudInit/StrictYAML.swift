import Yams

/// Reads one YAML value strictly: unknown keys, wrong types and malformed scalars are errors with path and line.
struct StrictYAML {
    private let node: Node
    let path: String

    /// The most characters of a settings file.
    private static let characterBound = 65536

    /// Reads a file with exactly one document.
    init(text: String) throws(SettingsError) {
        guard text.utf8.count <= Self.characterBound else {
            throw SettingsError("", "the file has more than \(Self.characterBound) bytes")
        }
        do {
            guard let node = try Yams.compose(yaml: text) else { throw SettingsError("", "the file is empty") }
            self.node = node
        } catch let error as SettingsError {
            throw error
        } catch {
            throw SettingsError("", "not valid YAML: \(error)")
        }
        path = ""
    }

    private init(node: Node, path: String) {
        self.node = node
        self.path = path
    }

    func error(_ reason: String) -> SettingsError { SettingsError(path, line: node.mark?.line, reason) }

    /// The values of a mapping that has no other keys than `keys`.
    func mapping(keys: [String]) throws(SettingsError) -> [String: StrictYAML] {
        guard let mapping = node.mapping else { throw error("expected a mapping with the keys \(Self.list(keys))") }
        var values: [String: StrictYAML] = [:]
        for (key, value) in mapping {
            let name = key.scalar?.string ?? ""
            let child = StrictYAML(node: value, path: path.isEmpty ? name : "\(path).\(name)")
            guard keys.contains(name) else {
                throw SettingsError(path, line: key.mark?.line, "unknown key '\(name)', expected \(Self.list(keys))")
            }
            values[name] = child
        }
        return values
    }

    /// The items of a list.
    func items() throws(SettingsError) -> [StrictYAML] {
        guard let sequence = node.sequence else { throw error("expected a list") }
        return sequence.enumerated().map { StrictYAML(node: $1, path: "\(path)[\($0)]") }
    }

    /// A scalar's text as it stands in the file.
    func text() throws(SettingsError) -> String {
        guard let scalar = node.scalar else { throw error("expected a single value") }
        guard !scalar.string.isEmpty else { throw error("is empty") }
        return scalar.string
    }

    func boolean() throws(SettingsError) -> Bool {
        switch try text() {
        case "true", "yes": return true
        case "false", "no": return false
        case let text: throw error("expected true or false, found '\(text)'")
        }
    }

    func integer(in range: ClosedRange<Int>) throws(SettingsError) -> Int {
        let text = try text()
        guard let number = Int(text), range.contains(number) else {
            throw error("expected a number from \(range.lowerBound) to \(range.upperBound), found '\(text)'")
        }
        return number
    }

    func value<T: LosslessStringConvertible>(_ what: String) throws(SettingsError) -> T {
        let text = try text()
        guard let value = T(text) else { throw error("expected \(what), found '\(text)'") }
        return value
    }

    /// One of a closed set of words.
    func word<T: RawRepresentable<String> & CaseIterable>() throws(SettingsError) -> T {
        let text = try text()
        guard let value = T(rawValue: text) else {
            throw error("expected \(Self.list(T.allCases.map(\.rawValue), "or")), found '\(text)'")
        }
        return value
    }

    private static func list(_ words: [String], _ last: String = "and") -> String {
        guard words.count > 1, let final = words.last else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " \(last) " + final
    }
}

import AccessPolicy
import FoundationEssentials
import Hummingbird
import ImageStore
import NIOCore
import Provisioning
import Store
import UserAPI

/// Writes down every change that is asked for over the API, before it is carried out, and how it ended.
struct AuditLog: Sendable {
    let provisioner: Provisioner

    /// What never stands in the log: secrets, and what may hold them.
    private static let withheld: Set<String> = [
        "userData", "network", "sshKeys", "secret", "secretKey", "password", "token", "ticket",
    ]
    /// Longer values, names and targets are cut, in bytes.
    private static let valueBound = 200
    private static let nameBound = 64
    private static let targetBound = 2000
    /// As many fields of a body are kept, and as many bytes of all.
    private static let fieldBound = 64
    private static let summaryBound = 16384

    /// Writes a request down; it is on the medium when this returns.
    func begin(
        _ operation: APIOperation, by account: Account, target: String, address: String, body: ByteBuffer?
    ) async throws -> AuditEntry {
        let entry = AuditEntry(
            at: provisioner.clock(), accountID: account.id, accountName: account.name, address: address,
            operation: operation.id, target: target.cut(toBytes: Self.targetBound), body: body.flatMap(Self.summary))
        return try await provisioner.store.write { try $0.append(entry) }
    }

    /// Writes down how it ended.
    func end(_ entry: AuditEntry, status: Int) async throws {
        var outcome = entry
        outcome.at = provisioner.clock()
        outcome.body = nil
        outcome.outcomeOf = entry.number
        outcome.status = status
        let line = outcome
        _ = try await provisioner.store.write { try $0.append(line) }
    }

    /// A page of lines, oldest first.
    func lines(_ filter: AuditFilter, limit: Int) async throws -> Page<AuditLine> {
        let entries = try await provisioner.store.read { try $0.auditEntries(filter, limit: limit) }
        return Page(
            items: entries.map { AuditLine($0) },
            next: entries.count == limit ? entries.last.map { "\($0.number)" } : nil)
    }

    func verify() async throws -> AuditVerification {
        do {
            let (count, hash) = try await provisioner.store.read { try $0.verifyAudit() }
            return AuditVerification(isWhole: true, count: count, hash: hash, failure: nil)
        } catch let found as AuditBreak {
            return AuditVerification(isWhole: false, count: found.number - 1, hash: nil, failure: found.description)
        }
    }

    /// A JSON body without what is secret and without long values; nil for what is no JSON object.
    private static func summary(_ body: ByteBuffer) -> String? {
        let data = Data(body.readableBytesView)
        guard let object = try? JSONDecoder().decode([String: JSONScalar].self, from: data), !object.isEmpty else {
            return nil
        }
        var shown: [String: JSONScalar] = [:]
        for (name, value) in object.sorted(by: { $0.key < $1.key }).prefix(fieldBound) {
            shown[name.cut(toBytes: nameBound)] =
                withheld.contains(name) ? .text("…") : value.shortened(to: valueBound)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let summary = try? encoder.encode(shown) else { return nil }
        if summary.count > summaryBound { return #"{"…":"\#(data.count) bytes"}"# }
        return String(decoding: summary, as: UTF8.self)
    }
}

/// A value of a JSON object that is no object itself; what is one is shown as `{…}`.
private enum JSONScalar: Codable {
    case text(String)
    case number(Double)
    case bool(Bool)
    case list([String])
    case none
    case other

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .none
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([String].self) {
            self = .list(value)
        } else {
            self = .other
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .bool(let value): try container.encode(value)
        case .list(let value): try container.encode(value)
        case .none: try container.encodeNil()
        case .other: try container.encode("{…}")
        }
    }

    func shortened(to bound: Int) -> JSONScalar {
        switch self {
        case .text(let value): .text(Self.shown(value, bound))
        case .list(let values): .list(values.prefix(20).map { Self.shown($0, bound) })
        default: self
        }
    }

    private static func shown(_ text: String, _ bound: Int) -> String {
        ShownURL(text).description.cut(toBytes: bound)
    }
}

extension AuditLine {
    init(_ entry: AuditEntry) {
        self.init(
            number: entry.number, at: Timestamp(entry.at), account: entry.accountName, accountID: entry.accountID,
            address: entry.address, operation: entry.operation, target: entry.target, body: entry.body,
            outcomeOf: entry.outcomeOf, status: entry.status)
    }
}

/// How an order names its disk: conditions that must all hold, and where they leave several disks, a preference.
/// The text form is `serial=ABC`, `wwn=naa.5000c500a1b2c3d4`, `path=0000:03:00.0`, `name=sda` (discouraged: names change
/// between boots), `transport=nvme`, `size>=500G`, `smallest`, `largest`; a comma means "and". Without conditions it
/// means the only eligible disk. What stays ambiguous is refused.
public struct DiskRule: Hashable, Sendable {
    /// All of them must hold.
    public let conditions: [DiskCondition]
    /// Decides between several disks that meet the conditions.
    public let preference: DiskPreference?

    public init(conditions: [DiskCondition] = [], preference: DiskPreference? = nil) {
        self.conditions = conditions
        self.preference = preference
    }

    /// The only eligible disk.
    public static let onlyEligible = DiskRule()

    /// The disk that the rule names. Disks that must never be written (`Disk.reasonAgainstWriting`) are out of the
    /// question, even where the rule names them.
    public func select(from disks: [Disk]) -> Result<Disk, DiskRuleError> {
        let matches = disks.filter { disk in conditions.allSatisfy { $0.holds(for: disk) } }
        let eligible = matches.filter { reasonAgainst($0) == nil }
        if let only = eligible.first, eligible.count == 1 { return .success(only) }
        if eligible.isEmpty { return .failure(.noDisk(rule: description, found: describe(disks, matches: matches))) }
        let preferred = preference?.preferred(of: eligible) ?? eligible
        if let only = preferred.first, preferred.count == 1 { return .success(only) }
        return .failure(.ambiguous(rule: description, candidates: preferred.map(\.summary)))
    }

    /// Why `disk` may not be written; nil if it may. A loop device counts only where a condition names its path.
    private func reasonAgainst(_ disk: Disk) -> String? {
        if disk.transport == .loop, conditions.contains(where: \.namesPath) { return nil }
        return disk.reasonAgainstWriting
    }

    private func describe(_ disks: [Disk], matches: [Disk]) -> [String] {
        disks.map { disk in
            let reason = matches.contains(disk) ? reasonAgainst(disk) ?? "does not match" : "does not match"
            return "\(disk.summary): \(reason)"
        }
    }
}

/// Decides between several disks.
public enum DiskPreference: String, Hashable, Sendable, CaseIterable {
    case smallest
    case largest

    /// The disks with the smallest or largest size: several where sizes are equal.
    func preferred(of disks: [Disk]) -> [Disk] {
        let sizes = disks.map(\.size)
        let best = self == .smallest ? sizes.min() : sizes.max()
        return disks.filter { $0.size == best }
    }
}

/// Why a rule could not be read, or names no single disk.
public enum DiskRuleError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A term of the rule is not one.
    case malformed(term: String, expected: String)
    /// No disk may be used; `found` describes each disk of the host and what speaks against it.
    case noDisk(rule: String, found: [String])
    /// Several disks remain.
    case ambiguous(rule: String, candidates: [String])

    public var description: String {
        switch self {
        case .malformed(let term, let expected):
            return "the disk rule's term '\(term)' cannot be read: expected \(expected)"
        case .noDisk(let rule, let found):
            let list = found.isEmpty ? "the host has no disk at all" : "found " + found.joined(separator: "; ")
            return "no disk fits \(Self.name(rule)): \(list)"
        case .ambiguous(let rule, let candidates):
            return "\(candidates.count) disks fit \(Self.name(rule)), name one by serial or path: "
                + candidates.joined(separator: "; ")
        }
    }

    private static func name(_ rule: String) -> String { rule.isEmpty ? "(no disk rule was given)" : "'\(rule)'" }
}

extension Disk {
    /// Why no order may ever write this disk; nil if one may.
    public var reasonAgainstWriting: String? {
        if isRemovable { return "is removable" }
        if isReadOnly { return "is read-only" }
        if transport == .usb { return "is attached by USB" }
        if transport == .loop { return "is a loop device" }
        if size == 0 { return "has no medium" }
        return nil
    }

    /// The disk in one line, for messages: `sda (480.1 GB sata, serial S4X, path pci0000:00/…)`.
    public var summary: String {
        let identities = [serial.map { "serial \($0)" }, wwn.map { "wwn \($0)" }, "path \(path)"].compactMap(\.self)
        return "\(name) (\(DiskSize.text(size)) \(transport.rawValue), \(identities.joined(separator: ", ")))"
    }
}

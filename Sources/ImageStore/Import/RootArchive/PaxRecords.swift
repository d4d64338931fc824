/// The records of a pax extended header (POSIX.1-2024, pax(1)) that this import knows.
struct PaxRecords: Sendable {
    private(set) var path: [UInt8]?
    private(set) var target: [UInt8]?
    private(set) var size: UInt64?
    private(set) var uid: UInt32?
    private(set) var gid: UInt32?
    private(set) var time: (seconds: Int64, nanoseconds: UInt32)?
    /// Extended attributes, as GNU tar, star and bsdtar write them.
    private(set) var extended: [String: [UInt8]] = [:]
    private(set) var isSparse = false

    /// Whether there is anything that would change an entry.
    var isEmpty: Bool {
        path == nil && target == nil && size == nil && uid == nil && gid == nil && time == nil && extended.isEmpty
            && !isSparse
    }

    /// Reads the header's body: `LENGTH KEY=VALUE` and a newline, one after the other.
    init(_ body: [UInt8]) throws(ArchiveProblem) {
        var rest = body[...]
        while let first = rest.first {
            guard (0x30...0x39).contains(first), let space = rest.prefix(12).firstIndex(of: 0x20),
                let length = Int(String(decoding: rest[..<space], as: UTF8.self)), length > space - rest.startIndex + 1,
                length <= rest.count
            else { throw ArchiveProblem("a record of its extended header has a length that cannot be") }
            let record = rest[(space + 1)..<(rest.startIndex + length)]
            guard record.last == 0x0A, let equals = record.firstIndex(of: 0x3D) else {
                throw ArchiveProblem("a record of its extended header is malformed")
            }
            try take(
                String(decoding: record[..<equals], as: UTF8.self), Array(record[(equals + 1)...].dropLast()))
            rest = rest[(rest.startIndex + length)...]
        }
    }

    private mutating func take(_ key: String, _ value: [UInt8]) throws(ArchiveProblem) {
        switch key {
        case "path": path = try Self.name(value, key)
        case "linkpath": target = try Self.name(value, key)
        case "size": size = UInt64(try Self.number(value, key, in: 0...Int64.max))
        case "uid": uid = UInt32(try Self.number(value, key, in: NumberRange.owner))
        case "gid": gid = UInt32(try Self.number(value, key, in: NumberRange.owner))
        case "mtime": time = try Self.time(value)
        case "RHT.security.selinux": extended["security.selinux"] = value + [0]
        case _ where key.hasPrefix("GNU.sparse.") || key == "SCHILY.realsize": isSparse = true
        case _ where key.hasPrefix("SCHILY.xattr."):
            try takeAttribute(String(key.dropFirst("SCHILY.xattr.".count)), value)
        default: break
        }
    }

    /// What ext4 keeps, and what means something in another system than the one that was packed.
    private static let namespaces = ["user.", "trusted.", "security.", "system.posix_acl_"]

    private mutating func takeAttribute(_ name: String, _ value: [UInt8]) throws(ArchiveProblem) {
        guard Self.namespaces.contains(where: { name.hasPrefix($0) && name.utf8.count > $0.utf8.count }),
            name.utf8.count <= 255, !name.utf8.contains(0)
        else {
            throw ArchiveProblem(
                "it has the extended attribute '\(TarEntry.shown(Array(name.utf8)))', which cannot be kept")
        }
        extended[name] = value
    }

    private static func name(_ value: [UInt8], _ key: String) throws(ArchiveProblem) -> [UInt8]? {
        guard !value.contains(0) else { throw ArchiveProblem("the \(key) of its extended header has a zero in it") }
        return value.isEmpty ? nil : value
    }

    private static func number(
        _ value: [UInt8], _ key: String, in range: ClosedRange<Int64>
    ) throws(ArchiveProblem) -> Int64 {
        guard !value.isEmpty, value.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int64(String(decoding: value, as: UTF8.self)), range.contains(number)
        else {
            throw ArchiveProblem(
                "the \(key) of its extended header is '\(TarEntry.shown(value))', which is no number or too large")
        }
        return number
    }

    /// Seconds since 1970 with a fraction, of which nanoseconds are kept.
    private static func time(_ value: [UInt8]) throws(ArchiveProblem) -> (seconds: Int64, nanoseconds: UInt32) {
        let isNegative = value.first == 0x2D
        let parts = value.dropFirst(isNegative ? 1 : 0).split(
            separator: 0x2E, maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count > 1 ? Array(parts[1].prefix(9)) : []
        guard let whole = parts.first, whole.count <= 18, fraction.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw ArchiveProblem("the mtime of its extended header is no time")
        }
        let seconds = try number(Array(whole), "mtime", in: 0...Int64.max)
        let digits = fraction + [UInt8](repeating: 0x30, count: 9 - fraction.count)
        let nanoseconds = digits.reduce(UInt32(0)) { $0 * 10 + UInt32($1 - 0x30) }
        guard isNegative else { return (seconds, nanoseconds) }
        return nanoseconds == 0 ? (-seconds, 0) : (-seconds - 1, 1_000_000_000 - nanoseconds)
    }
}

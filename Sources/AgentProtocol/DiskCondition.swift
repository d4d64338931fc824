/// One condition of a disk rule.
public enum DiskCondition: Hashable, Sendable {
    /// The serial number, exactly.
    case serial(String)
    /// The World Wide Name, with or without its kind (`naa.`, `eui.`, `0x`), in either case.
    case wwn(String)
    /// The slot: the whole device path below `/sys/devices`, or components that follow one another in it, like a PCI
    /// address.
    case path(String)
    /// The kernel's name, which may change between boots.
    case name(String)
    case transport(DiskTransport)
    /// The size compared with a number of bytes.
    case size(DiskSizeComparison, UInt64)

    /// True if `disk` meets the condition.
    public func holds(for disk: Disk) -> Bool {
        switch self {
        case .serial(let serial): disk.serial == serial
        case .wwn(let wwn): disk.wwn.map(Self.bareWWN) == Self.bareWWN(wwn)
        case .path(let path): Self.path(disk.path, contains: path)
        case .name(let name): disk.name == name
        case .transport(let transport): disk.transport == transport
        case .size(let comparison, let bytes): comparison.holds(disk.size, bytes)
        }
    }

    var namesPath: Bool {
        if case .path = self { true } else { false }
    }

    private static func bareWWN(_ text: String) -> String {
        let lower = text.lowercased()
        let prefix = ["naa.", "eui.", "0x"].first { lower.hasPrefix($0) }
        return String(lower.dropFirst(prefix?.count ?? 0))
    }

    private static func path(_ path: String, contains wanted: String) -> Bool {
        let parts = components(path)
        let run = components(wanted)
        guard !run.isEmpty, run.count <= parts.count else { return false }
        return (0...parts.count - run.count).contains { Array(parts[$0..<$0 + run.count]) == run }
    }

    /// The components below `/sys/devices`, whether or not that stands in front.
    private static func components(_ path: String) -> [Substring] {
        let all = path.split(separator: "/")
        return all.starts(with: ["sys", "devices"]) ? Array(all.dropFirst(2)) : all
    }
}

/// How a disk's size is compared.
public enum DiskSizeComparison: String, Hashable, Sendable, CaseIterable {
    case atLeast = ">="
    case atMost = "<="
    case above = ">"
    case below = "<"
    /// Within one per cent: disks of one nominal size differ by a little.
    case about = "="

    /// True if `size` compares so with `bytes`.
    func holds(_ size: UInt64, _ bytes: UInt64) -> Bool {
        switch self {
        case .atLeast: size >= bytes
        case .atMost: size <= bytes
        case .above: size > bytes
        case .below: size < bytes
        case .about: max(size, bytes) - min(size, bytes) <= bytes / 100
        }
    }
}

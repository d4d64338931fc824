/// Sizes of disks as people write them: `500G` and `1.92T` count in powers of 1000, as disks are sold; `500GiB` in powers
/// of 1024.
public enum DiskSize {
    private static let units: [(suffix: String, bytes: UInt64)] = [
        ("KIB", 1 << 10), ("MIB", 1 << 20), ("GIB", 1 << 30), ("TIB", 1 << 40), ("PIB", 1 << 50),
        ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
        ("PB", 1_000_000_000_000_000),
        ("K", 1_000), ("M", 1_000_000), ("G", 1_000_000_000), ("T", 1_000_000_000_000), ("P", 1_000_000_000_000_000),
        ("B", 1),
    ]

    /// The bytes that `text` means; nil where it is no positive size or too large for 64 bits.
    public static func bytes(_ text: some StringProtocol) -> UInt64? {
        let upper = text.uppercased()
        let unit = units.first { upper.hasSuffix($0.suffix) }
        let number = upper.dropLast(unit?.suffix.count ?? 0)
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy(isDigits), let whole = UInt64(parts[0]) else {
            return nil
        }
        let scale = unit?.bytes ?? 1
        let (product, overflow) = whole.multipliedReportingOverflow(by: scale)
        guard !overflow, let fraction = fraction(parts.dropFirst().first ?? "", of: scale) else { return nil }
        let (sum, carry) = product.addingReportingOverflow(fraction)
        return carry || sum == 0 ? nil : sum
    }

    /// `480.1 GB`: one decimal, powers of 1000.
    public static func text(_ bytes: UInt64) -> String {
        var scale: UInt64 = 1
        for name in ["B", "kB", "MB", "GB", "TB"] {
            if bytes / scale < 1000 || name == "TB" {
                let tenths = bytes % scale / max(scale / 10, 1)
                return scale == 1 ? "\(bytes) \(name)" : "\(bytes / scale).\(tenths) \(name)"
            }
            scale *= 1000
        }
        return "\(bytes) B"
    }

    /// `0.digits` of `scale`, for at most six digits.
    private static func fraction(_ digits: Substring, of scale: UInt64) -> UInt64? {
        guard !digits.isEmpty else { return 0 }
        guard digits.utf8.count <= 6, let numerator = UInt64(digits) else { return nil }
        let denominator = (0..<digits.utf8.count).reduce(UInt64(1)) { power, _ in power * 10 }
        // The largest unit is below 2^50 and the numerator below 2^20: split, so that no product leaves 64 bits.
        return scale / denominator * numerator + scale % denominator * numerator / denominator
    }

    private static func isDigits(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) }
    }
}

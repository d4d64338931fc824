/// A size in whole MiB, written `64MiB` or `2GiB`.
package struct DiskExtent: Hashable, Sendable, Decodable, CustomStringConvertible {
    /// 1 to 16 TiB.
    package var mebibytes: Int

    package init(mebibytes: Int) { self.mebibytes = mebibytes }

    /// Reads `64MiB` or `2GiB`; nil for anything else.
    package init?(_ text: String) {
        let unit = text.hasSuffix("GiB") ? 1024 : text.hasSuffix("MiB") ? 1 : 0
        let digits = text.dropLast(3)
        guard unit > 0, digits.allSatisfy({ ("0"..."9").contains($0) }), let count = Int(digits) else { return nil }
        guard count > 0, count <= (16 << 20) / unit else { return nil }
        mebibytes = count * unit
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let extent = DiskExtent(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(text)' is no size, expected one such as '64MiB' or '2GiB'")
        }
        self = extent
    }

    package var description: String { mebibytes % 1024 == 0 ? "\(mebibytes / 1024)GiB" : "\(mebibytes)MiB" }

    /// The size in sectors of 512 bytes.
    package var sectors: Int { mebibytes * 2048 }
}

package import BootableDisk
import UserAPI

/// The sizes of an image's disk and partitions, in whole MiB.
package struct RecipeDisk: Hashable, Sendable, Decodable {
    /// The whole disk.
    package var size: DiskExtent
    /// The EFI system partition: at least 33 MiB, the least that FAT32 takes.
    package var esp: DiskExtent

    enum CodingKeys: String, CodingKey, CaseIterable { case size, esp }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        size = try container.decode(DiskExtent.self, forKey: .size)
        esp = try container.decodeIfPresent(DiskExtent.self, forKey: .esp) ?? DiskExtent(mebibytes: 64)
        guard esp.mebibytes >= 33 else {
            throw DecodingError.dataCorruptedError(
                forKey: .esp, in: container, debugDescription: "\(esp) is too small for FAT32, expected 33MiB or more")
        }
        guard size.mebibytes >= esp.mebibytes + 16 else {
            throw DecodingError.dataCorruptedError(
                forKey: .size, in: container,
                debugDescription: "\(size) leaves no room for a root behind an ESP of \(esp)")
        }
    }

    package init(size: DiskExtent, esp: DiskExtent) {
        self.size = size
        self.esp = esp
    }
}

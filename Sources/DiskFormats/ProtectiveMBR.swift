/// The protective MBR before a GPT (UEFI 2.10, section 5.2.3): one partition of type EE over the whole disk.
package enum ProtectiveMBR {
    /// The octets in front that belong to the boot code of BIOS loaders, not to the table.
    package static let bootCodeSize = 440

    /// Sector 0 of a GPT disk of `sectorCount` sectors, with the boot code and the rest of `sector` kept.
    ///
    /// - Parameter sector: what stands or stood in sector 0: `sectorSize` octets, else the missing ones are zeros.
    package static func applied(to sector: [UInt8], sectorCount: UInt64, sectorSize: Int) -> [UInt8] {
        var result = Array(sector.prefix(sectorSize))
        result += [UInt8](repeating: 0, count: sectorSize - result.count)
        var entry: [UInt8] = [0x00, 0x00, 0x02, 0x00, 0xEE] + cylinderHeadSector(of: max(sectorCount, 1) - 1)
        entry.append(littleEndian: UInt32(1))
        entry.append(littleEndian: UInt32(clamping: max(sectorCount, 1) - 1))
        result.replaceSubrange(446..<510, with: entry + [UInt8](repeating: 0, count: 48))
        result.replaceSubrange(510..<512, with: [0x55, 0xAA])
        return result
    }

    /// The old address of a sector on a disk of 255 heads and 63 sectors a track; all ones where it has none.
    private static func cylinderHeadSector(of sector: UInt64) -> [UInt8] {
        let cylinder = sector / (255 * 63)
        guard cylinder < 1024 else { return [0xFF, 0xFF, 0xFF] }
        let head = sector / 63 % 255
        return [UInt8(head), UInt8(sector % 63 + 1) | UInt8(cylinder >> 8) << 6, UInt8(cylinder & 0xFF)]
    }

    /// True if `sector` is a protective MBR: boot signature and a partition of type EE.
    package static func isPresent(in sector: [UInt8]) -> Bool {
        guard sector.holds([0x55, 0xAA], at: 510) else { return false }
        return (0..<4).contains { sector[446 + 16 * $0 + 4] == 0xEE }
    }
}

/// GRUB's first stages for BIOS, as `grub-bios-setup` would place them: `boot.img` in sector 0, `core.img` in the BIOS
/// boot partition (GRUB's `include/grub/i386/pc/boot.h`).
package enum BootRecord {
    /// Where `boot.img` keeps the sector of `core.img`.
    private static let kernelSector = 0x5C
    /// Where `boot.img` jumps over its check of the drive number.
    private static let driveCheck = 0x66
    /// Where the first sector of `core.img` keeps the sector of the rest.
    private static let restSector = 500
    /// Where the disk's signature and MBR partitions begin.
    private static let partitions = 440

    /// Sector 0: code of `boot`, table of `current`, pointing to a core at `sector`.
    package static func sector(boot: [UInt8], current: [UInt8], core sector: Int) throws -> [UInt8] {
        guard boot.count == 512, boot[510...] == [0x55, 0xAA] else {
            throw BuildError("boot.img has \(boot.count) bytes, expected a boot sector of 512")
        }
        guard current.count == 512 else { throw BuildError("the disk's first sector has \(current.count) bytes") }
        var record = Array(boot[..<partitions] + current[partitions...])
        record.replaceSubrange(kernelSector..<kernelSector + 8, with: littleEndian(sector))
        record.replaceSubrange(driveCheck..<driveCheck + 2, with: [0x90, 0x90])
        return record
    }

    /// `core.img` as it must stand at `sector`, in a partition of `room` sectors.
    package static func core(_ image: [UInt8], at sector: Int, room: Int) throws -> [UInt8] {
        guard image.count > 512, image.count <= room * 512 else {
            throw BuildError("core.img has \(image.count) bytes, expected more than 512 and at most \(room * 512)")
        }
        var core = image
        core.replaceSubrange(restSector..<restSector + 8, with: littleEndian(sector + 1))
        return core
    }

    private static func littleEndian(_ number: Int) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }
}

/// What an image holds, as far as that can be told without starting it: found out when it is imported.
package struct ImageFacts: Codable, Hashable, Sendable {
    package var firmware: FirmwareFacts
    /// The logical sector size that its partition table counts in: 512 or 4096 bytes.
    package var sectorSize: Int
    /// The smallest disk that it can be put onto, in bytes.
    package var diskSize: UInt64
    /// The file system of `/`; nil where it was not found.
    package var root: RootFacts?
    /// What lies in it; nil where nobody could look.
    package var system: SystemFacts?
    /// What could not be looked into, and why.
    package var unexamined: [UnexaminedPart]

    package init(
        firmware: FirmwareFacts, sectorSize: Int, diskSize: UInt64, root: RootFacts? = nil, system: SystemFacts? = nil,
        unexamined: [UnexaminedPart] = []
    ) {
        self.firmware = firmware
        self.sectorSize = sectorSize
        self.diskSize = diskSize
        self.root = root
        self.system = system
        self.unexamined = unexamined
    }
}

/// How firmware starts an image.
package struct FirmwareFacts: Codable, Hashable, Sendable {
    /// `bios`, `uefi` or both.
    package var modes: [String]
    /// Whether there is an EFI system partition; nil where nobody looked.
    package var hasSystemPartition: Bool?
    /// Whether `\EFI\BOOT\BOOTX64.EFI` carries a signature (Authenticode); nil where it is missing or nobody looked.
    package var isLoaderSigned: Bool?

    package init(modes: [String], hasSystemPartition: Bool? = nil, isLoaderSigned: Bool? = nil) {
        self.modes = modes
        self.hasSystemPartition = hasSystemPartition
        self.isLoaderSigned = isLoaderSigned
    }
}

/// The file system of `/`.
package struct RootFacts: Codable, Hashable, Sendable {
    /// As blkid names it.
    package var fileSystem: String
    /// Whether its partition is the last one on the disk, so that it can become larger.
    package var isLast: Bool

    package init(fileSystem: String, isLast: Bool) {
        self.fileSystem = fileSystem
        self.isLast = isLast
    }

    /// What makes the file system as large as its partition; nil where nothing does that the stage has.
    package var growTool: String? {
        switch fileSystem {
        case "ext4": "resize2fs"
        case "xfs": "xfs_growfs"
        case "btrfs": "btrfs filesystem resize"
        default: nil
        }
    }
}

/// Something that nobody could look into.
package struct UnexaminedPart: Codable, Hashable, Sendable {
    /// `the root file system`.
    package var subject: String
    package var reason: String

    package init(subject: String, reason: String) {
        self.subject = subject
        self.reason = reason
    }
}

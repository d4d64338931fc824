/// A disk of a virtual host.
package struct DiskConfiguration: Codable, Hashable, Sendable {
    package var kind: DiskKind
    /// Bytes, a multiple of 512.
    package var size: UInt64
    /// Nil makes one from the host's name and the disk's place: `NODE1-DISK0`.
    package var serial: String?
    package var format: DiskFileFormat
    /// A disk image file that the disk starts as a copy-on-write clone of; its own size may be smaller than `size`.
    package var image: String?
    /// Bytes: 512 or 4096.
    package var sectorSize: Int
    /// Records every write, so that `BlockLog` can replay it; the disk is raw then.
    package var isRecorded: Bool

    package init(
        kind: DiskKind = .virtioBlock, size: UInt64 = 8 << 30, serial: String? = nil, format: DiskFileFormat = .qcow2,
        image: String? = nil, sectorSize: Int = 512, isRecorded: Bool = false
    ) {
        self.kind = kind
        self.size = size
        self.serial = serial
        self.format = isRecorded ? .raw : format
        self.image = image
        self.sectorSize = sectorSize
        self.isRecorded = isRecorded
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case kind, size, serial, format, image, sectorSize, recorded
    }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func value<T: Decodable>(_ key: CodingKeys, _ standard: T) throws -> T {
            try container.decodeIfPresent(T.self, forKey: key) ?? standard
        }
        let size = try container.decodeIfPresent(ByteCount.self, forKey: .size)?.bytes
        self.init(
            kind: try value(.kind, .virtioBlock), size: size ?? 8 << 30,
            serial: try container.decodeIfPresent(String.self, forKey: .serial), format: try value(.format, .qcow2),
            image: try container.decodeIfPresent(String.self, forKey: .image),
            sectorSize: try value(.sectorSize, 512), isRecorded: try value(.recorded, false))
        guard sectorSize == 512 || sectorSize == 4096 else {
            throw RackError("sectorSize: \(sectorSize), expected 512 or 4096")
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .kind)
        try container.encode(ByteCount(bytes: size), forKey: .size)
        try container.encodeIfPresent(serial, forKey: .serial)
        try container.encode(format, forKey: .format)
        try container.encodeIfPresent(image, forKey: .image)
        try container.encode(sectorSize, forKey: .sectorSize)
        try container.encode(isRecorded, forKey: .recorded)
    }
}

/// How a disk hangs on its host.
package enum DiskKind: String, Codable, Hashable, Sendable, CaseIterable {
    case virtioBlock = "virtio-blk"
    case nvme
    /// A SATA disk on an AHCI controller (ICH9).
    case ahci
    /// A SAS disk behind an LSI MegaRAID SAS 2108.
    case megaraid = "megasas-gen2"
    case virtioSCSI = "virtio-scsi"
}

/// The file that a disk's content lies in. The raw value is QEMU's name of the format.
package enum DiskFileFormat: String, Codable, Hashable, Sendable, CaseIterable {
    case raw
    case qcow2
}

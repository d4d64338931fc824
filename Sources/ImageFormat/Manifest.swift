/// One revision of an image: what the disk holds, chunk by chunk. Immutable, signed over its exact bytes.
public struct Manifest: Codable, Hashable, Sendable {
    /// Always `ingot-manifest`, so that a signed order can never pass for a manifest.
    public var kind: String
    /// The version of this format: 1.
    public var formatVersion: Int
    /// The virtual disk's size in bytes: a positive multiple of `sectorSize`.
    public var diskSize: UInt64
    /// The logical sector size that the partition table counts in: 512 or 4096 bytes.
    public var sectorSize: Int
    /// The size of every chunk but the last, which ends with the disk: a power of two, 64 KiB...4 MiB; 1 MiB by default.
    public var chunkSize: Int
    /// One entry for each chunk of the disk in order; nil marks a hole, which reads as zeros.
    public var chunks: [ChunkDigest?]
    /// The image's partition table.
    public var partitionTable: PartitionTable
    /// What is known of the operating system inside.
    public var os: OSFacts
    /// The firmware modes that the image can boot in.
    public var firmware: [String]

    public static let kindName = "ingot-manifest"
    public static let currentFormatVersion = 1
    public static let defaultChunkSize = 1 << 20

    public init(
        diskSize: UInt64, sectorSize: Int, chunkSize: Int = Manifest.defaultChunkSize, chunks: [ChunkDigest?],
        partitionTable: PartitionTable, os: OSFacts, firmware: [String]
    ) {
        kind = Self.kindName
        formatVersion = Self.currentFormatVersion
        self.diskSize = diskSize
        self.sectorSize = sectorSize
        self.chunkSize = chunkSize
        self.chunks = chunks
        self.partitionTable = partitionTable
        self.os = os
        self.firmware = firmware
    }

    /// The number of chunks that a disk of `diskSize` bytes has.
    public static func chunkCount(diskSize: UInt64, chunkSize: Int) -> Int {
        Int((diskSize + UInt64(chunkSize) - 1) / UInt64(chunkSize))
    }

    /// The bytes of the disk that chunk `index` covers.
    public func range(ofChunk index: Int) -> Range<UInt64> {
        let start = UInt64(index) * UInt64(chunkSize)
        return start..<min(start + UInt64(chunkSize), diskSize)
    }

    /// The bytes that hold data: chunks that are not holes.
    public var dataSize: UInt64 {
        chunks.indices.reduce(0) { sum, index in
            chunks[index] == nil ? sum : sum + UInt64(range(ofChunk: index).count)
        }
    }
}

/// The partition table of an image, as read at import.
public struct PartitionTable: Codable, Hashable, Sendable {
    /// `gpt`; other labels are refused at import.
    public var label: String
    /// The disk's GUID, upper-case.
    public var diskGUID: String
    public var partitions: [Partition]

    public init(label: String, diskGUID: String, partitions: [Partition]) {
        self.label = label
        self.diskGUID = diskGUID
        self.partitions = partitions
    }

    /// The partition that `/` lives on, if one could be told.
    public var root: Partition? { partitions.first { $0.role == .root } }
}

/// One entry of a partition table.
public struct Partition: Codable, Hashable, Sendable {
    /// The entry's number, 1...128: the `N` of `/dev/sdaN`.
    public var number: Int
    public var typeGUID: String
    public var uniqueGUID: String
    public var name: String
    public var firstLBA: UInt64
    /// Inclusive.
    public var lastLBA: UInt64
    /// `ext4`, `xfs`, `btrfs`, `vfat`, `LVM2_member`, ... as blkid names them; nil where none was recognised.
    public var fileSystem: String?
    public var role: PartitionRole

    public init(
        number: Int, typeGUID: String, uniqueGUID: String, name: String, firstLBA: UInt64, lastLBA: UInt64,
        fileSystem: String?, role: PartitionRole
    ) {
        self.number = number
        self.typeGUID = typeGUID
        self.uniqueGUID = uniqueGUID
        self.name = name
        self.firstLBA = firstLBA
        self.lastLBA = lastLBA
        self.fileSystem = fileSystem
        self.role = role
    }
}

/// What a partition is for.
public enum PartitionRole: String, Codable, Hashable, Sendable {
    case root
    case efiSystem
    case biosBoot
    case other
}

/// What import learnt of the operating system in an image; every field may be unknown.
public struct OSFacts: Codable, Hashable, Sendable {
    /// `ID` of os-release: `debian`.
    public var id: String?
    /// `VERSION_ID` of os-release: `12`.
    public var version: String?
    /// `PRETTY_NAME` of os-release.
    public var name: String?
    /// Debian's name of the CPU architecture: `amd64`.
    public var architecture: String?

    public init(id: String? = nil, version: String? = nil, name: String? = nil, architecture: String? = nil) {
        self.id = id
        self.version = version
        self.name = name
        self.architecture = architecture
    }
}

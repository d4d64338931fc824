public import FoundationEssentials

/// Why a manifest was refused.
public enum ManifestError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The bytes are not a manifest in JSON.
    case malformed(String)
    /// A field has a value that the format does not allow.
    case invalid(field: String, found: String, expected: String)

    public var description: String {
        switch self {
        case .malformed(let reason): "the manifest is malformed: \(reason)"
        case .invalid(let field, let found, let expected):
            "the manifest's \(field) is \(found), expected \(expected)"
        }
    }
}

extension Manifest {
    /// The bytes to sign and store: JSON with sorted keys, the same for equal manifests.
    public func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }

    /// Reads and validates a manifest; check its signature first.
    public static func decode(_ bytes: Data) throws(ManifestError) -> Manifest {
        let manifest: Manifest
        do {
            manifest = try JSONDecoder().decode(Manifest.self, from: bytes)
        } catch {
            throw .malformed(String(describing: error))
        }
        try manifest.validate()
        return manifest
    }

    /// Bytes of a text in a manifest.
    private static let textBound = 1024

    private var texts: [(field: String, text: String)] {
        let table = partitionTable
        var texts = [("partition table", table.label), ("diskGUID", table.diskGUID)]
        for partition in table.partitions {
            let own = [partition.name, partition.typeGUID, partition.uniqueGUID, partition.fileSystem ?? ""]
            texts += own.map { ("partition \(partition.number)", $0) }
        }
        texts += [os.id, os.version, os.name, os.architecture].compactMap { $0.map { ("os", $0) } }
        return texts + firmware.map { ("firmware", $0) }
    }

    /// Checks every rule of the format that one field or the relation of two can break.
    public func validate() throws(ManifestError) {
        func require(_ holds: Bool, _ field: String, _ found: Any, _ expected: String) throws(ManifestError) {
            guard holds else { throw .invalid(field: field, found: "\(found)", expected: expected) }
        }
        try require(kind == Self.kindName, "kind", kind, Self.kindName)
        try require(formatVersion == Self.currentFormatVersion, "formatVersion", formatVersion, "1")
        try require(sectorSize == 512 || sectorSize == 4096, "sectorSize", sectorSize, "512 or 4096")
        try require(
            chunkSize >= 65536 && chunkSize <= 4 << 20 && chunkSize & (chunkSize - 1) == 0, "chunkSize", chunkSize,
            "a power of two from 65536 to 4194304")
        try require(
            diskSize > 0 && diskSize <= 1 << 56 && diskSize % UInt64(sectorSize) == 0, "diskSize", diskSize,
            "a positive multiple of the sector size")
        let count = Self.chunkCount(diskSize: diskSize, chunkSize: chunkSize)
        try require(chunks.count == count, "number of chunks", chunks.count, "\(count)")
        let partitions = partitionTable.partitions.count
        try require(partitions <= 128, "number of partitions", partitions, "at most 128")
        try require(firmware.count <= 8, "firmware", firmware.count, "at most 8 modes")
        for (field, text) in texts {
            let count = text.utf8.count
            try require(count <= Self.textBound, field, "\(count) bytes", "at most \(Self.textBound)")
        }
        let sectors = diskSize / UInt64(sectorSize)
        for partition in partitionTable.partitions {
            try require((1...128).contains(partition.number), "partition number", partition.number, "1 to 128")
            try require(
                partition.firstLBA > 0 && partition.firstLBA <= partition.lastLBA && partition.lastLBA < sectors,
                "partition \(partition.number)", "\(partition.firstLBA)...\(partition.lastLBA)",
                "a range inside the disk's \(sectors) sectors")
        }
    }
}

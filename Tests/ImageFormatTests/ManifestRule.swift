import ImageFormat
import Testing

/// A change that breaks one rule of the format, and what the refusal says of it.
struct ManifestRule: Sendable, CustomTestStringConvertible {
    var field: String
    var found: String
    var change: @Sendable (inout Manifest) -> Void

    init(_ field: String, _ found: String, _ change: @Sendable @escaping (inout Manifest) -> Void) {
        self.field = field
        self.found = found
        self.change = change
    }

    var testDescription: String { "\(field) \(found)" }

    static let all: [ManifestRule] = [
        ManifestRule("kind", "ingot-order") { $0.kind = "ingot-order" },
        ManifestRule("kind", "") { $0.kind = "" },
        ManifestRule("formatVersion", "0") { $0.formatVersion = 0 },
        ManifestRule("formatVersion", "2") { $0.formatVersion = 2 },
        ManifestRule("sectorSize", "0") { $0.sectorSize = 0 },
        ManifestRule("sectorSize", "-512") { $0.sectorSize = -512 },
        ManifestRule("sectorSize", "1024") { $0.sectorSize = 1024 },
        ManifestRule("chunkSize", "0") { $0.chunkSize = 0 },
        ManifestRule("chunkSize", "-65536") { $0.chunkSize = -65536 },
        ManifestRule("chunkSize", "32768") { $0.chunkSize = 32768 },
        ManifestRule("chunkSize", "98304") { $0.chunkSize = 98304 },
        ManifestRule("chunkSize", "8388608") { $0.chunkSize = 8 << 20 },
        ManifestRule("diskSize", "0") { $0.diskSize = 0 },
        ManifestRule("diskSize", "197633") { $0.diskSize += 1 },
        ManifestRule("diskSize", "72057594037928448") { $0.diskSize = 1 << 56 + 512 },
        ManifestRule("diskSize", "18446744073709551104") { $0.diskSize = .max - 511 },
        ManifestRule("diskSize", "197632") { $0.sectorSize = 4096 },
        ManifestRule("number of partitions", "130") { manifest in
            manifest.partitionTable.partitions = Array(
                repeating: manifest.partitionTable.partitions[0], count: 130)
        },
        ManifestRule("firmware", "9") { $0.firmware = Array(repeating: "uefi", count: 9) },
        ManifestRule("os", "1025 bytes") { $0.os.name = String(repeating: "a", count: 1025) },
        ManifestRule("diskGUID", "2000 bytes") { $0.partitionTable.diskGUID = String(repeating: "é", count: 1000) },
        ManifestRule("number of chunks", "3") { $0.chunks.removeLast() },
        ManifestRule("number of chunks", "5") { $0.chunks.append(nil) },
        ManifestRule("number of chunks", "0") { $0.chunks = [] },
        ManifestRule("number of chunks", "4") { $0.diskSize = 3 * 65536 },
        ManifestRule("number of chunks", "4") { $0.diskSize = 4 * 65536 + 512 },
        ManifestRule("number of chunks", "4") { $0.chunkSize = 131_072 },
        ManifestRule("partition number", "0") { $0.partitionTable.partitions[0].number = 0 },
        ManifestRule("partition number", "-1") { $0.partitionTable.partitions[1].number = -1 },
        ManifestRule("partition number", "129") { $0.partitionTable.partitions[1].number = 129 },
        ManifestRule("partition 1", "0...99") { $0.partitionTable.partitions[0].firstLBA = 0 },
        ManifestRule("partition 1", "34...33") { $0.partitionTable.partitions[0].lastLBA = 33 },
        ManifestRule("partition 3", "100...386") { $0.partitionTable.partitions[1].lastLBA = Fixture.sectors },
        ManifestRule("partition 3", "100...18446744073709551615") { $0.partitionTable.partitions[1].lastLBA = .max },
    ]
}

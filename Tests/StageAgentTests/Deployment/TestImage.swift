import CZstd
import FoundationEssentials
import Glibc
import ImageFormat
import LinuxSystem
import NIOCore

/// A small bootable image with an ext4 root, as the server would serve it.
struct TestImage: Sendable {
    var manifest: Manifest
    var frames: [ChunkDigest: ByteBuffer] = [:]
    var content: [UInt8]

    static let size = 64 << 20

    /// What BIOS boot code stands for in the MBR, and what lies in the gap behind the table.
    static let bootCode = [UInt8](repeating: 0xEB, count: 440)

    init(rootIsLast: Bool = true) throws {
        content = try Self.disk(rootIsLast: rootIsLast)
        let first = rootIsLast ? 20480 : 4096
        let last = rootIsLast ? 131038 : 20479
        let root = Partition(
            number: rootIsLast ? 3 : 2, typeGUID: "", uniqueGUID: "", name: "root", firstLBA: UInt64(first),
            lastLBA: UInt64(last), fileSystem: "ext4", role: .root)
        let other = Partition(
            number: rootIsLast ? 2 : 3, typeGUID: "", uniqueGUID: "", name: "", firstLBA: rootIsLast ? 4096 : 20480,
            lastLBA: rootIsLast ? 20479 : 131038, fileSystem: nil, role: .other)
        let chunkSize = Manifest.defaultChunkSize
        var chunks: [ChunkDigest?] = []
        for start in stride(from: 0, to: content.count, by: chunkSize) {
            let chunk = Array(content[start..<start + chunkSize])
            guard !chunk.allSatisfy({ $0 == 0 }) else {
                chunks.append(nil)
                continue
            }
            let digest = ChunkDigest(of: chunk)
            chunks.append(digest)
            frames[digest] = Self.compressed(chunk)
        }
        manifest = Manifest(
            diskSize: UInt64(content.count), sectorSize: 512, chunks: chunks,
            partitionTable: PartitionTable(label: "gpt", diskGUID: Self.diskGUID, partitions: [root, other]),
            os: OSFacts(), firmware: ["bios", "uefi"])
    }

    static let diskGUID = "8C5E7B9A-0B5C-4F0E-9E0C-6C1B1F1D2E3F"

    private static func disk(rootIsLast: Bool) throws -> [UInt8] {
        let path = "/var/tmp/ingot-test-" + String(UInt64.random(in: 0 ... .max), radix: 16)
        defer { unlink(path) }
        try Tool.run(["truncate", "-s", "\(size)", path])
        try Tool.run([
            "sgdisk", "-U", diskGUID, "-n", "1:2048:4095", "-t", "1:ef02", "-n", "2:4096:20479", "-n", "3:20480:131038",
            path,
        ])
        let start = (rootIsLast ? 20480 : 4096) * 512
        try Tool.run(["mke2fs", "-q", "-t", "ext4", "-E", "offset=\(start)", path, rootIsLast ? "55279K" : "8192K"])
        var bytes = Array(try Data(contentsOf: URL(filePath: path)))
        bytes.replaceSubrange(0..<440, with: bootCode)
        // Between the table and the first partition, and deep in the second one.
        bytes.replaceSubrange(40 * 512..<41 * 512, with: [UInt8](repeating: 0x77, count: 512))
        for offset in stride(from: 5 << 20, to: 9 << 20, by: 7) {
            bytes[offset] = UInt8(truncatingIfNeeded: offset >> 3)
        }
        return bytes
    }

    static func compressed(_ bytes: [UInt8]) -> ByteBuffer {
        var frame = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
        let count = ZSTD_compress(&frame, frame.count, bytes, bytes.count, 3)
        return ByteBuffer(bytes: frame[..<count])
    }
}

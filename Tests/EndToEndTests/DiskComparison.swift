import DiskFormats
import FoundationEssentials
import Glibc
import ImageFormat
import NetworkTypes
import Testing
import UserAPI
import VirtualRack

/// A disk's content, read from outside, against what the server has signed.
struct DiskComparison {
    let server: IngotServer
    /// A raw copy of the disk.
    let raw: String

    /// Compares every chunk and every hole but those that hold the partition table.
    func expectManifest() throws {
        let manifest = try newestManifest()
        let descriptor = open(raw, O_RDONLY | O_CLOEXEC)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let zero = ChunkDigest(of: [UInt8](repeating: 0, count: manifest.chunkSize))
        var compared = 0
        for index in manifest.chunks.indices {
            let range = manifest.range(ofChunk: index)
            let table = 34 * UInt64(manifest.sectorSize)
            if range.lowerBound < table || range.upperBound > manifest.diskSize - table { continue }
            let digest = ChunkDigest(of: try read(descriptor, range))
            let expected = manifest.chunks[index] ?? (range.count == manifest.chunkSize ? zero : nil)
            guard let expected else { continue }
            #expect(digest == expected, "chunk \(index)")
            compared += 1
        }
        #expect(compared >= manifest.chunks.count - 3)
    }

    /// The disk's partition table.
    func table() throws -> GPTTable {
        var status = stat()
        try #require(stat(raw, &status) == 0)
        let descriptor = open(raw, O_RDONLY | O_CLOEXEC)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        return try GPTTable.read(diskSize: UInt64(status.st_size), sectorSize: 512) { offset, count in
            var bytes = [UInt8](repeating: 0, count: count)
            guard pread(descriptor, &bytes, count, off_t(offset)) == count else { return [] }
            return bytes
        }
    }

    /// A file of the ext4 file system in a partition of the copy. The host was cut off, so its journal is replayed first.
    func file(_ path: String, partition: GPTEntry) async throws -> String {
        let fileSystem = "\(raw)?offset=\(partition.firstLBA * 512)"
        _ = try await Tool.attempt("e2fsck", ["-fy", fileSystem])
        return try await debugfs("cat \(path)", fileSystem)
    }

    /// The permissions of a file: `0600`.
    func mode(of path: String, partition: GPTEntry) async throws -> String {
        let text = try await debugfs("stat \(path)", "\(raw)?offset=\(partition.firstLBA * 512)")
        return String(try #require(text.firstMatch(of: /Mode: +(\d{4})/)).output.1)
    }

    private func debugfs(_ request: String, _ fileSystem: String) async throws -> String {
        let output = try await Tool.attempt("debugfs", ["-R", request, fileSystem])
        guard !output.standardOutput.isEmpty else { throw EndToEndError("\(request): \(output.standardError)") }
        return output.standardOutput
    }

    private func newestManifest() throws -> Manifest {
        let directory = server.data + "/images/manifests"
        let names = try FileManager.default.subpathsOfDirectory(atPath: directory)
        for name in names {
            guard let data = FileManager.default.contents(atPath: "\(directory)/\(name)") else { continue }
            if let document = try? JSONDecoder().decode(SignedDocument.self, from: data) {
                return try Manifest.decode(document.payload)
            }
        }
        throw EndToEndError("\(directory) holds no manifest")
    }

    private func read(_ descriptor: CInt, _ range: Range<UInt64>) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: range.count)
        let count = pread(descriptor, &bytes, bytes.count, off_t(range.lowerBound))
        guard count == bytes.count else { throw EndToEndError("\(raw) ends before byte \(range.upperBound)") }
        return bytes
    }
}

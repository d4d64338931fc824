import DiskFormats

@testable import ImageStore

/// What an import reads of a file that anybody may have made: the first octet chooses the format, the others are the file
/// (T25 to T27).
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzImages(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let kind = bytes.first else { return 0 }
    let file = FuzzedFile(bytes: Array(bytes.dropFirst()))
    do {
        switch kind {
        case UInt8(ascii: "q"): _ = try Qcow2Header(file.start(Qcow2Header.prefixSize), limit: FuzzedFile.limit)
        case UInt8(ascii: "m"):
            _ = try VMDKHeader(
                start: file.start(VMDKHeader.prefixSize), end: file.end(VMDKHeader.suffixSize), limit: FuzzedFile.limit)
        case UInt8(ascii: "v"):
            _ = try VHDFooter(
                start: file.start(VHDFooter.size), end: file.end(VHDFooter.size), fileSize: UInt64(file.bytes.count),
                limit: FuzzedFile.limit)
        case UInt8(ascii: "x"):
            _ = try VHDXHeader(limit: FuzzedFile.limit) { (offset: UInt64, count: Int) throws(ImportError) in
                file.read(offset, count)
            }
        case UInt8(ascii: "p"): try file.describePartitions()
        case UInt8(ascii: "t"): try file.surveyArchive()
        case UInt8(ascii: "g"): try file.unpack(.gz)
        case UInt8(ascii: "l"): try file.unpack(.xz)
        case UInt8(ascii: "z"): try file.unpack(.zst)
        default: break
        }
    } catch {
        // Refused is what most of them have to be.
    }
    return 0
}

/// A file in memory.
private struct FuzzedFile {
    /// The largest disk, in bytes.
    static let limit: UInt64 = 1 << 40
    /// No more is unpacked, in bytes.
    private static let unpacked = 4 << 20
    /// The memory of a decoder, in bytes.
    private static let memory = 16 << 20

    let bytes: [UInt8]

    func start(_ count: Int) -> [UInt8] { Array(bytes.prefix(count)) }

    func end(_ count: Int) -> [UInt8] { Array(bytes.suffix(count)) }

    /// As a file is read: fewer bytes at its end.
    func read(_ offset: UInt64, _ count: Int) -> [UInt8] {
        guard let first = Int(exactly: offset), first < bytes.count else { return [] }
        return Array(bytes[first...].prefix(count))
    }

    /// A disk of a MiB whose first sectors the file is.
    func describePartitions() throws {
        let size: UInt64 = 1 << 20
        func read(_ offset: UInt64, _ count: Int) -> [UInt8] {
            let known = self.read(offset, count)
            return known + [UInt8](repeating: 0, count: count - known.count)
        }
        let table = try GPTTable.read(diskSize: size, sectorSize: 512, from: read)
        _ = try DescribedPartition.describe(table, read: read)
    }

    func surveyArchive() throws {
        let limits = ArchiveLimits(headers: 4096, nameBytes: 1 << 20)
        let archive = try RootArchive(limits: limits, limit: Self.limit) { FuzzedSource(bytes) }
        while try archive.surveyStep() {}
        _ = archive.measure()
    }

    func unpack(_ compression: Compression) throws {
        let source = try compression.unpacking(FuzzedSource(bytes), memoryLimit: Self.memory)
        var space = [UInt8](repeating: 0, count: 64 << 10)
        var total = 0
        while total < Self.unpacked {
            let count = try space.withUnsafeMutableBytes { try source.read(into: $0) }
            guard count > 0 else { return }
            total += count
        }
    }
}

/// Bytes of memory as an import reads a file.
private final class FuzzedSource: ByteSource {
    private var rest: ArraySlice<UInt8>
    private(set) var consumed: UInt64 = 0

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let part = rest.prefix(buffer.count)
        buffer.copyBytes(from: part)
        rest = rest.dropFirst(part.count)
        consumed += UInt64(part.count)
        return part.count
    }
}

import Glibc
import SystemPackage

/// Brings a raw image through the states that a recorded disk went through. It only goes forward.
package struct BlockLogReplay: ~Copyable {
    package let log: BlockLog
    /// How many entries the image has taken in.
    package private(set) var position = 0
    private let image: FileDescriptor
    private let source: FileReader
    /// Reads the image.
    private let target: FileReader

    /// Starts at the disk's first state: `image` is made blank with `size` bytes. Where the disk was not blank when
    /// recording began, pass `isFresh: false` and an image that is a copy of what it held.
    package init(log: BlockLog, image path: String, size: UInt64, isFresh: Bool = true) throws {
        let image = try Self.open(path, size: size, isFresh: isFresh)
        guard let source = FileReader(log.file), let target = FileReader(path) else {
            try image.close()
            throw RackError("cannot read the write log \(log.file) or the image \(path)")
        }
        self.log = log
        self.image = image
        self.source = source
        self.target = target
    }

    private static func open(_ path: String, size: UInt64, isFresh: Bool) throws -> FileDescriptor {
        let image = try FileDescriptor.open(
            FilePath(path), .readWrite,
            options: isFresh ? [.create, .truncate, .closeOnExec] : [.closeOnExec], permissions: [.ownerReadWrite])
        guard ftruncate(image.rawValue, off_t(clamping: size)) == 0 else {
            let failure = Errno(rawValue: errno)
            try image.close()
            throw RackError("cannot make \(path) \(size) bytes long: \(failure)")
        }
        return image
    }

    deinit { try? image.close() }

    /// Takes in entries until `count` of the log's are in the image; a number from `BlockLog.barriers` gives a state
    /// that a power loss at that moment shows for certain. Throws where the image is past it.
    package mutating func advance(to count: Int) throws {
        guard (position...log.entries.count).contains(count) else {
            throw RackError("entry \(count) is not among the coming ones, \(position) to \(log.entries.count)")
        }
        while position < count {
            try apply(log.entries[position])
            position += 1
        }
    }

    private func apply(_ entry: BlockLogEntry) throws {
        if entry.flags.contains(.mark) { return }
        if entry.flags.contains(.discard) { return try zero(offset: entry.offset, length: entry.length) }
        var done: UInt64 = 0
        while done < entry.dataLength {
            let count = Int(min(1 << 20, entry.dataLength - done))
            let bytes = try source.read(at: Int(entry.dataOffset + done), count: count)
            guard bytes.count == count else { throw RackError("the write log \(log.file) became shorter") }
            try write(bytes, at: entry.offset + done)
            done += UInt64(count)
        }
    }

    private func write(_ bytes: [UInt8], at offset: UInt64) throws {
        if bytes.allSatisfy({ $0 == 0 }) { return try zero(offset: offset, length: UInt64(bytes.count)) }
        try image.writeAll(toAbsoluteOffset: Int64(offset), bytes)
    }

    /// Leaves what reads as zero already, so that the image stays sparse.
    private func zero(offset: UInt64, length: UInt64) throws {
        var done: UInt64 = 0
        while done < length {
            let count = Int(min(1 << 20, length - done))
            let isZero = try target.read(at: Int(offset + done), count: count).allSatisfy { $0 == 0 }
            if !isZero { try image.writeAll(toAbsoluteOffset: Int64(offset + done), repeatElement(0, count: count)) }
            done += UInt64(count)
        }
    }
}

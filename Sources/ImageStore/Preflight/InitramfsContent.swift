import ModuleAliases

/// What stands in an initramfs: cpio archives behind one another, the first ones commonly plain, the last one packed
/// (Documentation/driver-api/early-userspace/buffer-format.rst).
package struct InitramfsContent: Hashable, Sendable {
    /// Paths of all kernel modules, without a leading slash.
    package private(set) var modulePaths: [String] = []
    /// Whether all of it was read.
    package private(set) var isWhole = true

    /// Bounds of what is read: an image is not trusted.
    package struct Limits: Sendable {
        /// What a decoder may use, in bytes.
        package var decoderMemory = 128 << 20
        /// Unpacked bytes.
        package var size: UInt64 = 4 << 30
        package var entries = 500_000
        package var modules = 10_000
        package var seconds = 60

        package init() {}
    }

    private static let headerSize = 110
    private static let nameBound = 4096
    /// Modules whose path has more octets are none of a kernel's.
    private static let pathBound = 512
    private static let trailer = Array("TRAILER!!!".utf8)

    /// Reads the file at `path`. Blocks the thread. Throws with what is wrong with it.
    package static func read(_ path: String, limits: Limits = Limits()) throws -> InitramfsContent {
        var content = InitramfsContent()
        let deadline = ContinuousClock.now.advanced(by: .seconds(limits.seconds))
        try content.read(PeekedBytes(FileBytes(path: path)), isPacked: false, limits, deadline)
        return content
    }

    /// The names of the modules for one kernel.
    package func modules(version: String) -> [String] {
        let folders = ["lib/modules/\(version)/", "usr/lib/modules/\(version)/"]
        let own = modulePaths.filter { path in folders.contains { path.hasPrefix($0) } }
        return Set(own.map { ModuleIndex.name(ofPath: $0) }).sorted()
    }

    private mutating func read(
        _ source: PeekedBytes, isPacked: Bool, _ limits: Limits, _ deadline: ContinuousClock.Instant
    ) throws {
        var entries = 0
        while true {
            let start = try source.peek(6)
            if start.isEmpty { return }
            guard entries <= limits.entries, source.position <= limits.size, ContinuousClock.now < deadline else {
                throw ExaminationError("the initramfs is larger than what is read of one")
            }
            if start[0] == 0 {
                // Padding between archives.
                source.skipZeros()
            } else if start.starts(with: Array("07070".utf8)) {
                entries += 1
                try readEntry(source, limits)
            } else if !isPacked {
                return try readPacked(source, start, limits, deadline)
            } else {
                throw ExaminationError("the initramfs holds something that is no cpio archive")
            }
        }
    }

    private mutating func readPacked(
        _ source: PeekedBytes, _ start: [UInt8], _ limits: Limits, _ deadline: ContinuousClock.Instant
    ) throws {
        let compression = try Self.compression(start)
        let plain = PeekedBytes(try compression.unpacking(source, memoryLimit: limits.decoderMemory))
        let before = modulePaths.count
        do {
            try read(plain, isPacked: true, limits, deadline)
        } catch StreamError.trailingBytes where modulePaths.count > before || plain.position > 0 {
            isWhole = false
        }
    }

    private static func compression(_ start: [UInt8]) throws -> Compression {
        let magics: [(bytes: [UInt8], kind: Compression)] = [
            ([0x1F, 0x8B], .gz), ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], .xz), ([0x28, 0xB5, 0x2F, 0xFD], .zst),
        ]
        if let known = magics.first(where: { start.starts(with: $0.bytes) }) { return known.kind }
        let others: [(bytes: [UInt8], name: String)] = [
            ([0x02, 0x21, 0x4C, 0x18], "lz4"), ([0x5D, 0, 0], "lzma"), ([0x42, 0x5A, 0x68], "bzip2"),
            ([0x89, 0x4C, 0x5A, 0x4F], "lzo"),
        ]
        let other = others.first { start.starts(with: $0.bytes) }?.name
        throw ExaminationError(
            "the initramfs is packed with \(other ?? "something unknown"); gzip, xz and zstd are read")
    }

    /// One entry in the "newc" form, with a checksum or without.
    private mutating func readEntry(_ source: PeekedBytes, _ limits: Limits) throws {
        guard let header = try source.take(Self.headerSize) else { throw Self.truncated }
        guard header[5] == UInt8(ascii: "1") || header[5] == UInt8(ascii: "2") else { throw Self.malformed }
        let size = UInt64(try Self.field(6, of: header))
        let nameSize = Int(try Self.field(11, of: header))
        guard (1...Self.nameBound).contains(nameSize) else { throw Self.malformed }
        let padding = (4 - (Self.headerSize + nameSize) % 4) % 4
        guard var name = try source.take(nameSize), try source.skip(UInt64(padding)) else { throw Self.truncated }
        guard name.popLast() == 0 else { throw Self.malformed }
        guard try source.skip(size + (4 - size % 4) % 4) || Self.isLastPadding(name) else { throw Self.truncated }
        note(String(decoding: name, as: UTF8.self))
        guard modulePaths.count <= limits.modules else {
            throw ExaminationError("the initramfs holds more than \(limits.modules) modules")
        }
    }

    /// An archive may end with its trailer, without the padding behind it.
    private static func isLastPadding(_ name: [UInt8]) -> Bool { name == trailer }

    private mutating func note(_ name: String) {
        let path = name.hasPrefix("./") ? name.dropFirst(2) : name.drop { $0 == "/" }
        guard let file = path.split(separator: "/").last, path.utf8.count <= Self.pathBound,
            path.contains("lib/modules/")
        else { return }
        if [".ko", ".ko.gz", ".ko.xz", ".ko.zst"].contains(where: { file.hasSuffix($0) }) {
            modulePaths.append(String(path))
        }
    }

    /// One of the thirteen fields behind the magic number: eight hexadecimal digits.
    private static func field(_ index: Int, of header: [UInt8]) throws -> UInt32 {
        let first = 6 + 8 * index
        let text = String(decoding: header[first..<first + 8], as: UTF8.self)
        guard text.utf8.count == 8, text.allSatisfy(\.isHexDigit), let value = UInt32(text, radix: 16) else {
            throw malformed
        }
        return value
    }

    private static let truncated = ExaminationError("the initramfs ends in the middle of a file")
    private static let malformed = ExaminationError("the initramfs has an entry that is none of cpio's")
}

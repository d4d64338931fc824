/// Reads the entries of a tar archive one after the other. Whatever is wrong ends in `ImportError.refused` with the entry's
/// name. Reading may block its thread.
final class TarReader {
    private let input: InputWindow
    private let limits: ArchiveLimits
    /// The largest archive, unpacked, in bytes.
    private let limit: UInt64
    /// Bytes of the archive read so far.
    private var position: UInt64 = 0
    private var headers = 0
    private var nameBytes = 0
    /// What is left of the body of the entry that `next` gave, and of the zeros behind it.
    private var body: UInt64 = 0
    private var padding: UInt64 = 0
    /// Whether the last entry is behind us: only zeros may follow.
    private var isInTail = false
    /// The last entry's name, so that an error can say where it was.
    private var lastName = ""

    init(_ source: any ByteSource, limits: ArchiveLimits, limit: UInt64) {
        input = InputWindow(source)
        self.limits = limits
        self.limit = limit
    }

    /// Bytes of the file at the bottom that were read so far.
    var consumed: UInt64 { input.consumed }

    /// Whether the current entry's body was read to its end.
    var isAtBodysEnd: Bool { body == 0 && padding == 0 }

    /// The next entry; nil behind the last one. The body before must be used up.
    func next() throws -> TarEntry? {
        var pending = Pending()
        while let block = try nextHeaderBlock(pending) {
            headers += 1
            guard headers <= limits.headers else {
                throw ImportError.refused("the archive has more than \(limits.headers) headers")
            }
            let header = try header(block)
            do {
                lastName = TarEntry.shown(pending.path ?? header.path)
                guard let entry = try take(header, &pending) else { continue }
                return entry
            } catch let problem as ArchiveProblem {
                throw refusal(problem.reason)
            }
        }
        return nil
    }

    /// What extended headers said of the entry that follows them.
    private struct Pending {
        var records: PaxRecords?
        var longPath: [UInt8]?
        var longTarget: [UInt8]?
        /// What is wrong with them; told once the entry's own name is known.
        var problem: ArchiveProblem?

        var isEmpty: Bool { records == nil && longPath == nil && longTarget == nil && problem == nil }
        var path: [UInt8]? { records?.path ?? longPath }
        var target: [UInt8]? { records?.target ?? longTarget }
    }

    /// Reads a header's own body, or makes the entry; nil where the next header belongs to the same entry.
    private func take(_ header: TarHeader, _ pending: inout Pending) throws -> TarEntry? {
        switch header.flag {
        case .extended:
            let body = try content(header, limit: limits.extendedHeader)
            do { pending.records = try PaxRecords(body) } catch { pending.problem = error }
        case .global:
            guard try PaxRecords(content(header, limit: limits.extendedHeader)).isEmpty else {
                throw ArchiveProblem("a global header changes the entries behind it, which is not understood")
            }
        case .longPath: pending.longPath = try name(content(header, limit: limits.path + 1))
        case .longTarget: pending.longTarget = try name(content(header, limit: limits.path + 1))
        default: return try entry(header, pending)
        }
        return nil
    }

    private func entry(_ header: TarHeader, _ pending: Pending) throws(ArchiveProblem) -> TarEntry {
        if let problem = pending.problem { throw problem }
        let records = pending.records
        guard header.flag != .sparse, records?.isSparse != true else {
            throw ArchiveProblem(
                "it is stored as a sparse file: make the archive without them (GNU tar without --sparse, bsdtar with "
                    + "--no-read-sparse)")
        }
        var entry = TarEntry(kind: Self.kind(header), path: pending.path ?? header.path)
        if [.hardLink, .symbolicLink].contains(entry.kind) { entry.target = pending.target ?? header.target }
        entry.attributes = NodeAttributes(
            mode: header.mode, uid: records?.uid ?? header.uid, gid: records?.gid ?? header.gid,
            seconds: records?.time?.seconds ?? header.seconds, nanoseconds: records?.time?.nanoseconds ?? 0,
            extended: records?.extended ?? [:])
        entry.size = records?.size ?? header.size
        try check(entry)
        body = entry.size
        padding = (512 - entry.size % 512) % 512
        return entry
    }

    private static func kind(_ header: TarHeader) -> TarEntry.Kind {
        switch header.flag {
        case .hardLink: .hardLink
        case .symbolicLink: .symbolicLink
        case .characterDevice: .characterDevice
        case .blockDevice: .blockDevice
        case .directory: .directory
        case .fifo: .fifo
        // Before POSIX a directory was a file whose name ends with a slash.
        default: header.path.last == 0x2F ? .directory : .file
        }
    }

    private func check(_ entry: TarEntry) throws(ArchiveProblem) {
        guard entry.kind == .file || entry.size == 0 else {
            throw ArchiveProblem("it is no file, but has a body of \(entry.size) bytes")
        }
        guard entry.size <= limit - min(position, limit) else {
            throw ArchiveProblem(
                "its size of \(entry.size) bytes is beyond the limit of \(limit) bytes for the archive")
        }
        guard entry.path.count <= limits.path, entry.target.count <= limits.path else {
            throw ArchiveProblem("its path or its target is longer than \(limits.path) bytes")
        }
        let attributes = entry.attributes.extended.reduce(0) { $0 + $1.key.utf8.count + $1.value.count + 24 }
        guard attributes <= limits.attributes else {
            throw ArchiveProblem("its extended attributes take \(attributes) bytes, more than \(limits.attributes)")
        }
        nameBytes += entry.path.count + entry.target.count + attributes
        guard nameBytes <= limits.nameBytes else {
            throw ArchiveProblem("the archive's paths, links and attributes take more than \(limits.nameBytes) bytes")
        }
    }

    /// The whole body of a header that belongs to the next entry.
    private func content(_ header: TarHeader, limit: Int) throws -> [UInt8] {
        guard header.size <= limit else {
            throw ArchiveProblem("it has an extended header of \(header.size) bytes, more than \(limit)")
        }
        let bytes = try take(Int(header.size))
        _ = try take((512 - bytes.count % 512) % 512)
        return bytes
    }

    /// GNU's long names end with a zero.
    private func name(_ bytes: [UInt8]) throws(ArchiveProblem) -> [UInt8] {
        let name = bytes.last == 0 ? Array(bytes.dropLast()) : bytes
        guard !name.isEmpty, !name.contains(0) else { throw ArchiveProblem("it has a long name with a zero in it") }
        return name
    }

    /// Hands out at most `count` bytes of the current entry's body; nothing only at its end.
    func read(_ count: Int, _ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Int {
        guard self.body > 0 else { return 0 }
        let bytes = try available()
        let part = min(bytes.count, count, Int(clamping: self.body))
        try body(UnsafeRawBufferPointer(rebasing: bytes[..<part]))
        use(part)
        self.body -= UInt64(part)
        return part
    }

    /// Passes over at most `count` bytes of what is left of the current entry.
    func skip(_ count: Int) throws {
        var left = count
        while left > 0, !isAtBodysEnd {
            let part = min(try available().count, left, Int(clamping: body > 0 ? body : padding))
            use(part)
            if body > 0 { body -= UInt64(part) } else { padding -= UInt64(part) }
            left -= part
        }
    }

    /// Passes over about `count` of the zeros behind the last entry; false at their end, where nothing else may be.
    func skipTail(_ count: Int) throws -> Bool {
        let end = position + UInt64(count)
        while position < end {
            guard try hasMore() else { return false }
            let bytes = input.bytes
            guard ZeroBytes.fill(UnsafeRawBufferPointer(bytes)) else {
                throw ImportError.refused("bytes follow the archive's end: it is damaged, or several archives in one")
            }
            use(bytes.count)
            guard position <= limit else { throw ImportError.tooLarge(what: "the unpacked archive", limit: limit) }
        }
        return true
    }

    /// The block of the next header; nil behind the last entry.
    private func nextHeaderBlock(_ pending: Pending) throws -> [UInt8]? {
        if isInTail { return nil }
        let block = try take(TarHeader.size)
        guard block.allSatisfy({ $0 == 0 }) else { return block }
        guard pending.isEmpty else { throw refusal(pending.problem?.reason ?? "the archive ends within it") }
        isInTail = true
        return nil
    }

    private func take(_ count: Int) throws -> [UInt8] {
        var taken: [UInt8] = []
        while taken.count < count {
            let bytes = try available()
            let part = min(bytes.count, count - taken.count)
            taken.append(contentsOf: bytes[..<part])
            use(part)
        }
        return taken
    }

    /// At least one byte; throws at the stream's end.
    private func available() throws -> UnsafeMutableRawBufferPointer {
        guard try hasMore() else {
            throw ImportError.refused(
                lastName.isEmpty
                    ? "it is no tar archive: it ends before the first entry"
                    : "the archive ends early, at or behind '\(lastName)': it is incomplete")
        }
        return input.bytes
    }

    private func hasMore() throws -> Bool {
        try input.fill()
        return !input.bytes.isEmpty
    }

    private func use(_ count: Int) {
        input.use(count)
        position += UInt64(count)
    }

    private func header(_ block: [UInt8]) throws -> TarHeader {
        do {
            return try TarHeader(block)
        } catch {
            guard headers > 1 else { throw ImportError.refused("it is no tar archive: \(error.reason)") }
            guard TarHeader.hasRightChecksum(block) else {
                throw ImportError.refused("the entry behind '\(lastName)': \(error.reason)")
            }
            lastName = TarEntry.shown(TarHeader.path(block))
            throw refusal(error.reason)
        }
    }

    /// An error that names the current entry.
    func refusal(_ reason: String) -> ImportError { .refused("the entry '\(lastName)': \(reason)") }
}

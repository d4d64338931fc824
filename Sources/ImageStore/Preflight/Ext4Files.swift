/// An ext4 file system inside a disk, read by debugfs(8), which mounts nothing.
struct Ext4Files: FileSystemReading {
    /// The raw disk's file.
    let disk: String
    /// Where the file system begins on it, in bytes.
    let offset: UInt64

    private var image: String { "\(ToolRun.inputPath)?offset=\(offset)" }

    func entry(_ path: String) async throws -> FileEntry? {
        guard let text = try await ask("stat", path) else { return nil }
        let words = text.split(whereSeparator: \.isWhitespace)
        func value(after label: String) -> Substring? {
            words.firstIndex(of: Substring(label)).flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil }
        }
        let kind: FileEntry.Kind =
            switch value(after: "Type:") {
            case "regular": .file
            case "directory": .directory
            case "symlink": .link
            default: .other
            }
        let name = path.split(separator: "/").last.map(String.init) ?? "/"
        return FileEntry(name: name, kind: kind, size: value(after: "Size:").flatMap { UInt64($0) } ?? 0)
    }

    func entries(in directory: String) async throws -> [FileEntry] {
        guard let text = try await ask("ls -p", directory) else { return [] }
        // /inode/mode/user/group/name/size/: a name with a slash or a line break in it is one of no file.
        return text.split(whereSeparator: \.isNewline).compactMap { line in
            let fields = line.split(separator: "/", omittingEmptySubsequences: false)
            guard fields.count == 8, let mode = UInt32(fields[2], radix: 8) else { return nil }
            let kind: FileEntry.Kind =
                switch mode & 0o170000 {
                case 0o100000: .file
                case 0o040000: .directory
                case 0o120000: .link
                default: .other
                }
            return FileEntry(name: String(fields[5]), kind: kind, size: UInt64(fields[6]) ?? 0)
        }
    }

    func copy(_ path: String, into file: SpoolFile, limit: UInt64) async throws -> Bool {
        guard let entry = try await entry(path), entry.kind == .file else { return false }
        guard entry.size <= limit else {
            throw ExaminationError("\(path) has \(entry.size) bytes, more than \(limit) are not read")
        }
        let answer = try await tool("cat", path, fileSize: limit).run(into: file.path)
        guard answer.isSuccess, Self.isFine(answer) else {
            throw ExaminationError("debugfs cannot read \(path): \(answer.complaint)")
        }
        return true
    }

    /// What debugfs prints for a request; nil where nothing is at `path`.
    private func ask(_ request: String, _ path: String) async throws -> String? {
        let answer = try await tool(request, path).run()
        if answer.complaint.contains("File not found by ext2_lookup") { return nil }
        guard answer.isSuccess, Self.isFine(answer) else {
            throw ExaminationError("debugfs cannot read \(path): \(answer.complaint)")
        }
        return answer.output
    }

    /// Its exit status says nothing of a request; its first line of errors is its own name and version.
    private static func isFine(_ answer: ToolRun.Answer) -> Bool { answer.complaint.hasPrefix("debugfs 1.") }

    private func tool(_ request: String, _ path: String, fileSize: UInt64 = 0) throws -> ToolRun {
        guard Self.isPlain(path) else { throw ExaminationError("'\(path)' is a name that is not looked at") }
        return ToolRun(
            program: "debugfs", arguments: ["-R", "\(request) \(path)", image], input: disk, fileSize: fileSize)
    }
}

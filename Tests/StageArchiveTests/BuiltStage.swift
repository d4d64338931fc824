import FoundationEssentials
import Glibc
import LinuxSystem
import ModuleAliases
import StageArchive

/// The stage that `make stage` built: in the directory that INGOT_STAGE names, else in the checkout's cache.
struct BuiltStage {
    let directory: String
    let entries: [String: ArchiveEntry]
    /// Bytes of kernel and initramfs together.
    let packedSize: Int
    /// Bytes of all files of the initramfs.
    let unpackedSize: Int

    static let root = String(#filePath.dropLast("/Tests/StageArchiveTests/BuiltStage.swift".count))

    /// Read once for all tests.
    static let shared = Result { try BuiltStage() }

    private init() throws {
        directory = ProcessInfo.processInfo.environment["INGOT_STAGE"] ?? "\(Self.root)/.cache/stage"
        guard let kernel = Self.size(directory + "/vmlinuz"), let archive = Self.size(directory + "/initramfs") else {
            throw StageTestError("there is no stage in \(directory): run `make stage`, or name another in INGOT_STAGE")
        }
        packedSize = kernel + archive
        let list = try CPIOReader.entries(in: try shell(Self.unpack(directory)))
        entries = Dictionary(list.map { ($0.path, $0) }, uniquingKeysWith: { _, last in last })
        unpackedSize = list.reduce(0) { $0 + $1.content.count }
    }

    /// The command that prints the archive. Zeros follow the frame, which zstd alone would call an error.
    static func unpack(_ directory: String) -> String {
        "perl -0777 -pe 's/\\0+\\z//' \(directory)/initramfs | zstd --decompress --stdout --quiet"
    }

    /// The text of a file of the initramfs; empty where there is none.
    func text(_ path: String) -> String { String(decoding: entries[path]?.content ?? [], as: UTF8.self) }

    /// Where the modules are: `usr/lib/modules/VERSION`.
    var moduleDirectory: String {
        let dependencies = entries.keys.first { $0.hasSuffix("/modules.dep") } ?? ""
        return String(dependencies.dropLast("/modules.dep".count))
    }

    var moduleIndex: ModuleIndex {
        let path = moduleDirectory + "/modules."
        return ModuleIndex(
            aliases: text(path + "alias"), dependencies: text(path + "dep"), softDependencies: text(path + "softdep"),
            builtin: text(path + "builtin"))
    }

    private static func size(_ path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }
}

struct StageTestError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// What a command prints on standard output; throws where it fails.
func shell(_ command: String) throws -> [UInt8] {
    guard let pipe = popen(command, "r") else { throw StageTestError("\(command): cannot be started") }
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { output += buffer[..<count] }
    guard pclose(pipe) == 0 else {
        throw StageTestError("\(command): failed\n\(String(decoding: output.suffix(500), as: UTF8.self))")
    }
    return output
}

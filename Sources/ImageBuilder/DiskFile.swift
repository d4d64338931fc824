import BootableDisk
import Foundation

/// Small reads and writes in an image's file.
enum DiskFile {
    /// Exactly `count` bytes at `offset`.
    static func read(_ path: String, offset: Int, count: Int) throws -> [UInt8] {
        try open(path, FileHandle.init(forReadingAtPath:)) { file in
            try file.seek(toOffset: UInt64(offset))
            let bytes = try file.read(upToCount: count) ?? Data()
            guard bytes.count == count else {
                throw BuildError("\(path) ends after \(offset + bytes.count) bytes, expected \(offset + count)")
            }
            return Array(bytes)
        }
    }

    /// The whole file.
    static func readAll(_ path: String) throws -> [UInt8] {
        guard let bytes = FileManager.default.contents(atPath: path) else { throw BuildError("cannot read \(path)") }
        return Array(bytes)
    }

    /// Writes bytes into a file that exists.
    static func write(_ bytes: [UInt8], to path: String, offset: Int) throws {
        try open(path, FileHandle.init(forUpdatingAtPath:)) { file in
            try file.seek(toOffset: UInt64(offset))
            try file.write(contentsOf: bytes)
        }
    }

    private static func open<Result>(
        _ path: String, _ opening: (String) -> FileHandle?, _ body: (FileHandle) throws -> Result
    ) throws -> Result {
        guard let file = opening(path) else { throw BuildError("cannot open \(path)") }
        defer { try? file.close() }
        return try body(file)
    }
}

import Foundation
import Glibc
import ImageStore
import NIOCore
import Subprocess
import Testing

struct FreeSpaceTests {
    /// Runs `body` with a file system of 64 MiB in memory.
    private static func withSmallFileSystem(_ body: (String) async throws -> Void) async throws {
        let path = "/tmp/ingot-room-\(UInt64.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let mount = try await Subprocess.run(
            .name("mount"), arguments: ["-t", "tmpfs", "-o", "size=64m", "tmpfs", path], output: .discarded)
        try #require(mount.terminationStatus.isSuccess)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(path))
        } catch {
            result = .failure(error)
        }
        _ = try await Subprocess.run(.name("umount"), arguments: ["--lazy", path], output: .discarded)
        rmdir(path)
        try result.get()
    }

    @Test func imagesLeaveTheDatabaseRoom() async throws {
        try await Self.withSmallFileSystem { directory in
            let file = AppendedFile(path: directory + "/upload")
            let pieces = AsyncStream<ByteBuffer> { pieces in
                for _ in 0..<64 { pieces.yield(ByteBuffer(repeating: 1, count: 1 << 20)) }
                pieces.finish()
            }
            await #expect {
                try await file.append(pieces, from: 0, limit: 1 << 30)
            } throws: {
                ($0 as? FileError)?.code == ENOSPC
            }
            // What has come is kept, and a twentieth is free.
            let size = try #require(try await file.size())
            #expect((50 << 20...61 << 20).contains(size))
        }
    }
}

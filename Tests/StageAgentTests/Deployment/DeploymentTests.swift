import AgentProtocol
import Crypto
import DiskFormats
import FoundationEssentials
import Glibc
import ImageFormat
import LinuxSystem
import NIOCore
import NetworkTypes
import StageAgent
import Testing

/// Whole deployments onto loop devices, with real chunks, tables and file systems.
@Suite(.serialized)
struct DeploymentTests {
    @Test func writesProvesGrowsAndCommits() async throws {
        let bench = try Bench()
        let (ending, server) = try await bench.run()
        #expect(ending == .committed)
        guard case .committed(let proof)? = server.results.last else {
            Issue.record("the server was told \(server.results)")
            return
        }
        #expect(proof.bytesVerified == UInt64(TestImage.size))
        #expect(proof.bytesWritten == UInt64(TestImage.size))
        #expect(proof.diskIdentity == bench.order.disk.path)
        #expect(try Tool.run(["sgdisk", "-v", bench.loop.path]).output.contains("No problems found"))
        let content = try bench.loop.content()
        #expect(Array(content[0..<440]) == TestImage.bootCode)
        // Behind the table everything is the image's up to the root file system, which has grown.
        #expect(content[34 * 512..<20480 * 512] == bench.image.content[34 * 512..<20480 * 512])
        try checkRoot(bench.loop)
    }

    /// Reads the root file system as the table on the disk places it.
    private func checkRoot(_ loop: LoopDisk) throws {
        let content = try loop.content()
        let table = try GPTTable.read(diskSize: UInt64(content.count), sectorSize: 512) {
            Array(content[Int($0)..<Int($0) + $1])
        }
        let root = try #require(table.entries[2])
        #expect(root.lastLBA == (95 << 20) / 512 - 1)
        let part = loop.file + "-root"
        defer { unlink(part) }
        try Data(content[Int(root.firstLBA) * 512..<Int(root.lastLBA + 1) * 512]).write(to: URL(filePath: part))
        try Tool.run(["e2fsck", "-f", "-n", part])
        let blocks = try Tool.run(["dumpe2fs", "-h", part]).output.split(separator: "\n")
            .first { $0.hasPrefix("Block count:") }?.split(separator: " ").last.flatMap { Int($0) }
        #expect(blocks == (Int(root.lastLBA - root.firstLBA) + 1) / 2)
    }

    @Test func keepsTheTableOfADiskOfTheImagesSizeByteForByte() async throws {
        var bench = try Bench(megabytes: 64)
        bench.skipping.insert(.grow)
        let (ending, _) = try await bench.run()
        #expect(ending == .committed)
        #expect(try bench.loop.content() == bench.image.content)
    }

    @Test func goesOnAfterConnectionsThatDrop() async throws {
        var bench = try Bench(megabytes: 64)
        bench.skipping.insert(.grow)
        bench.fault = { frame, call in
            if call % 3 == 1 { throw ServerError.unreachable("connection reset") }
            return frame
        }
        let (ending, _) = try await bench.run()
        #expect(ending == .committed)
        #expect(try bench.loop.content() == bench.image.content)
    }

    @Test func fetchesAChunkThatWasDamagedAgainAndPastEveryCache() async throws {
        var bench = try Bench(megabytes: 64)
        bench.skipping.insert(.grow)
        bench.fault = { frame, call in call == 2 ? Self.flipped(frame) : frame }
        let (ending, server) = try await bench.run()
        #expect(ending == .committed)
        #expect(server.askedAfresh.count { $0 } == 1)
    }

    @Test func laterAttemptsFetchOnlyWhatTheDiskDoesNotHold() async throws {
        var bench = try Bench(megabytes: 64)
        bench.skipping.insert(.grow)
        _ = try await bench.run()
        bench.order.attempt = 2
        let (ending, server) = try await bench.run()
        #expect(ending == .committed)
        let proofs = server.results.compactMap { result -> WriteProof? in
            guard case .committed(let proof) = result else { return nil }
            return proof
        }
        let proof = try #require(proofs.last)
        // The first and the last MiB hold the table.
        #expect(proof.bytesSkipped == UInt64(TestImage.size - 2 << 20))
        #expect(try bench.loop.content() == bench.image.content)
    }

    @Test(arguments: ["flipped", "truncated", "other", "empty"])
    func aChunkThatStaysWrongNeverReachesTheDisk(kind: String) async throws {
        var bench = try Bench()
        let other = TestImage.compressed([UInt8](repeating: 1, count: Manifest.defaultChunkSize))
        bench.fault = { frame, _ in
            switch kind {
            case "flipped": Self.flipped(frame)
            case "truncated": frame.getSlice(at: 0, length: frame.readableBytes / 2) ?? frame
            case "other": other
            default: .init()
            }
        }
        #expect(try await bench.failure() == .chunkRefused)
        #expect(try bench.loop.hasNoTable)
        // A flipped bit that decodes to the right bytes all the same may be written.
        let image = bench.image.content
        let strange = try bench.loop.content().enumerated().first { offset, octet in
            octet != LoopDisk.filler && octet != 0 && (offset >= image.count || octet != image[offset])
        }
        #expect(strange?.offset == nil)
    }

    @Test func aServerThatStaysAwayEndsTheAttemptWithADiskThatDoesNotBoot() async throws {
        var bench = try Bench()
        bench.fault = { frame, call in
            if call > 3 { throw ServerError.unreachable("no route") }
            return frame
        }
        #expect(try await bench.failure() == .serverUnreachable)
        #expect(try bench.loop.hasNoTable)
    }

    private static func flipped(_ frame: ByteBuffer) -> ByteBuffer {
        var frame = frame
        let middle = frame.readerIndex + frame.readableBytes / 2
        let octet: UInt8 = frame.getInteger(at: middle) ?? 0
        frame.setInteger(octet ^ 0x10, at: middle)
        return frame
    }
}

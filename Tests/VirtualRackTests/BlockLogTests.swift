import FoundationEssentials
import Testing
import VirtualRack

/// Write logs that the real QEMU wrote.
@Suite struct BlockLogTests {
    @Test func replaysEveryFlushOfALogThatQEMUWrote() async throws {
        let scratch = try ScratchDirectory()
        let log = try await scratch.recordedLog([
            "write -P 0xA1 0 64k", "flush", "write -P 0xB2 32k 64k", "write -z 0 8k", "flush", "discard 64k 32k",
            "write -P 0xC3 1M 4k", "flush",
        ])
        #expect(log.sectorSize == 512)
        let barriers = log.barriers
        #expect(barriers.count >= 3)

        var replay = try BlockLogReplay(log: log, image: scratch.file("replayed"), size: 4 << 20)
        let first = try #require(barriers.first { log.entries[..<$0].contains { $0.dataLength > 0 } })
        try replay.advance(to: first)
        var image = try scratch.contents("replayed")
        #expect(image[0..<65536].allSatisfy { $0 == 0xA1 })
        #expect(image[65536...].allSatisfy { $0 == 0 })

        try replay.advance(to: try #require(barriers.first { $0 > first }))
        image = try scratch.contents("replayed")
        #expect(image[0..<8192].allSatisfy { $0 == 0 })
        #expect(image[8192..<32768].allSatisfy { $0 == 0xA1 })
        #expect(image[32768..<98304].allSatisfy { $0 == 0xB2 })

        try replay.advance(to: log.entries.count)
        #expect(try scratch.contents("replayed") == scratch.contents("disk"))
    }

    @Test func goesForwardOnly() async throws {
        let scratch = try ScratchDirectory()
        let log = try await scratch.recordedLog(["write -P 1 0 4k", "flush", "write -P 2 0 4k", "flush"])
        var replay = try BlockLogReplay(log: log, image: scratch.file("replayed"), size: 4 << 20)
        try replay.advance(to: 2)
        #expect(throws: RackError.self) { try Self.advance(&replay, to: 1) }
        #expect(throws: RackError.self) { try Self.advance(&replay, to: log.entries.count + 1) }
    }

    @Test func refusesALogThatEndsInsideAnEntry() async throws {
        let scratch = try ScratchDirectory()
        let log = try await scratch.recordedLog(["write -P 1 0 64k", "flush"])
        let whole = try scratch.contents("log")
        for length in [0, 10, 512, 600, 1024, 2048] {
            try Data(whole.prefix(length)).write(to: URL(filePath: log.file))
            #expect(throws: RackError.self, "\(length) bytes") { try BlockLog(file: log.file) }
        }
    }

    @Test(arguments: [(0, UInt8(0)), (8, 9), (24, 3), (16, 255), (23, 255)])
    func refusesADamagedSuperblock(offset: Int, byte: UInt8) async throws {
        let scratch = try ScratchDirectory()
        let log = try await scratch.recordedLog(["write -P 1 0 64k", "flush"])
        var bytes = try scratch.contents("log")
        bytes[offset] = byte
        try bytes.write(to: URL(filePath: log.file))
        #expect(throws: RackError.self) { try BlockLog(file: log.file) }
    }

    /// `#expect(throws:)` cannot capture a value that is not copyable.
    private static func advance(_ replay: inout BlockLogReplay, to count: Int) throws { try replay.advance(to: count) }
}

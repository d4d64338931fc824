import DiskFormats
import FoundationEssentials
import Glibc
import Testing
import VirtualRack

/// Replays what a deployment wrote to every flush, as a power loss at that moment would have left it.
struct PowerLoss {
    let server: IngotServer
    /// The host whose disk was recorded; the rack has three more hosts, `lost1` to `lost3`, with a disk of its size.
    let host: VirtualHost

    /// Each state has no valid partition table, or is the complete system. Three of them are booted: one amid the
    /// writing, the last one without a table, the first one with it.
    func check() async throws {
        let disk = host.disks[0]
        let log = try BlockLog(file: disk.writeLog)
        let first = try firstBarrierWithTable(log, size: disk.configuration.size)
        let before = log.barriers.filter { $0 < first }
        try #require(before.count >= 3)
        #expect(try await boots("lost1", log, at: before[before.count / 2]) == false)
        #expect(try await boots("lost2", log, at: try #require(before.last)) == false)
        #expect(try await boots("lost3", log, at: first) == true)
    }

    /// Goes through every flush; from the first one that shows a table on, every later one must show one, too.
    private func firstBarrierWithTable(_ log: BlockLog, size: UInt64) throws -> Int {
        let image = server.directory + "/replay.raw"
        defer { try? FileManager.default.removeItem(atPath: image) }
        var replay = try BlockLogReplay(log: log, image: image, size: size)
        let comparison = DiskComparison(server: server, raw: image)
        var first: Int?
        for barrier in log.barriers {
            try replay.advance(to: barrier)
            let isValid = try Self.hasProtectiveMBR(image) && (try? comparison.table()) != nil
            if isValid, first == nil { first = barrier }
            #expect(isValid == (first != nil), "after entry \(barrier)")
        }
        return try #require(first)
    }

    /// Whether firmware would look for a GPT at all: a boot record with a partition of type EE (UEFI 2.10, 5.2.3).
    private static func hasProtectiveMBR(_ image: String) throws -> Bool {
        let descriptor = open(image, O_RDONLY | O_CLOEXEC)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        var sector = [UInt8](repeating: 0, count: 512)
        try #require(pread(descriptor, &sector, 512, 0) == 512)
        return sector[510] == 0x55 && sector[511] == 0xAA && sector[450] == 0xEE
    }

    /// Gives a host this state of the disk and switches it on, with its disk first.
    private func boots(_ name: String, _ log: BlockLog, at barrier: Int) async throws -> Bool {
        let lost = try server.rack.host(name)
        let disk = lost.disks[0]
        do {
            var replay = try BlockLogReplay(log: log, image: disk.file, size: disk.configuration.size)
            try replay.advance(to: barrier)
        }
        try await lost.powerOn()
        let end = ContinuousClock.now + .seconds(240)
        var result: Bool?
        while result == nil, ContinuousClock.now < end {
            let text = lost.serialText()
            if text.contains("login:") { result = true }
            // The network comes second: a host that gets there did not start from its disk.
            if text.contains("Booting from ROM") || text.contains("No bootable device") { result = false }
            try await Task.sleep(for: .milliseconds(500))
        }
        try await lost.powerOff()
        guard let result else {
            throw EndToEndError("\(name) neither boots nor fails:\n\(lost.serialText().suffix(1000))")
        }
        return result
    }
}

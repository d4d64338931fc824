import AgentProtocol
import DiskFormats
import LinuxSystem
import StageAgent
import Synchronization
import Testing

/// The order in which writes reach the medium, and what a power loss leaves.
@Suite(.serialized)
struct CommitTests {
    @Test func writesBackupPrimaryAndMBREachBehindAFlush() async throws {
        var bench = try Bench()
        let recorder = RecordingPlatform(real: MachineDisks(only: [bench.loop.path]))
        bench.platform = recorder
        let (ending, _) = try await bench.run()
        #expect(ending == .committed)
        let end = UInt64(96 << 20)
        let commit = Array(recorder.steps.suffix(7))
        #expect(
            commit == [
                .flush, .write(end - 33 * 512..<end), .flush, .write(512..<34 * 512), .flush, .write(0..<512), .flush,
            ])
        // Before that nothing but zeros came to where the table belongs.
        let before = recorder.steps.dropLast(7)
        #expect(!before.contains(.write(0..<512)))
        #expect(before.contains(.zero(0..<1 << 20)))
    }

    @Test(arguments: 0..<7)
    func everyPrefixOfTheCommitHasNoTableOrTheWholeOne(steps: Int) throws {
        let table = try GPTTable(
            diskGUID: #require(GUID(TestImage.diskGUID)), diskSize: 64 << 20, sectorSize: 512)
        let area = TableArea(imageSize: 32 << 20, sectorSize: 512)
        var disk = [UInt8](repeating: 0, count: 64 << 20)
        for case .write(let region) in CommitPlan.steps(table: table, area: area).prefix(steps) {
            disk.replaceSubrange(Int(region.offset)..<Int(region.offset) + region.bytes.count, with: region.bytes)
        }
        let hasMBR = ProtectiveMBR.isPresent(in: Array(disk[0..<512]))
        #expect(hasMBR == (steps >= 6))
        if hasMBR {
            let content = disk
            #expect(
                try GPTTable.read(diskSize: 64 << 20, sectorSize: 512) { Array(content[Int($0)..<Int($0) + $1]) }
                    == table)
        }
    }

    @Test func aDiskThatLosesWritesFailsTheProof() async throws {
        var bench = try Bench()
        bench.platform = RecordingPlatform(real: MachineDisks(only: [bench.loop.path]), loses: 5 << 20)
        #expect(try await bench.failure() == .verifyMismatch)
        #expect(try bench.loop.hasNoTable)
    }
}

/// Opens the real disk behind a recorder.
private final class RecordingPlatform: DeploymentPlatform {
    enum Step: Hashable, Sendable {
        case write(Range<UInt64>)
        case zero(Range<UInt64>)
        case flush
    }

    private let real: MachineDisks
    private let loses: UInt64?
    private let recorded = Mutex<[Step]>([])

    init(real: MachineDisks, loses: UInt64? = nil) {
        self.real = real
        self.loses = loses
    }

    var steps: [Step] { recorded.withLock { $0 } }

    func disks() throws -> [Disk] { try real.disks() }

    func open(_ disk: Disk) throws -> OpenDisk {
        var open = try real.open(disk)
        open.medium = RecordingMedium(real: open.medium, loses: loses) { step in
            self.recorded.withLock { $0.append(step) }
        }
        return open
    }
}

/// A disk that records what reaches it, and may report a write as done that never was.
private struct RecordingMedium: DiskMedium {
    let real: any DiskMedium
    let loses: UInt64?
    let record: @Sendable (RecordingPlatform.Step) -> Void

    var size: UInt64 { real.size }
    var sectorSize: Int { real.sectorSize }

    func read(into memory: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(DiskError) {
        try real.read(into: memory, at: offset)
    }

    func write(_ memory: UnsafeRawBufferPointer, at offset: UInt64) throws(DiskError) {
        record(.write(offset..<offset + UInt64(memory.count)))
        if offset != loses { try real.write(memory, at: offset) }
    }

    func zero(_ range: Range<UInt64>) throws(DiskError) {
        record(.zero(range))
        try real.zero(range)
    }

    func flush() throws(DiskError) {
        record(.flush)
        try real.flush()
    }

    func dropCaches() throws(DiskError) { try real.dropCaches() }

    func addPartition(_ number: Int, range: Range<UInt64>) throws(DiskError) {
        try real.addPartition(number, range: range)
    }

    func removePartition(_ number: Int) throws(DiskError) { try real.removePartition(number) }
}

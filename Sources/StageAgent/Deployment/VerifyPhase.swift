import AgentProtocol
import ImageFormat
import LinuxSystem
import Synchronization

/// Reads every chunk and every hole back from the medium and compares it with the manifest. The place of the partition
/// table must still be blank.
struct VerifyPhase: Phase {
    let name = PhaseName.verify

    func run(_ deployment: DeploymentContext) async throws {
        let manifest = try deployment.manifest
        let medium = try deployment.disk.medium
        let area = try deployment.tableArea
        let meter = ProgressMeter(phase: name, total: manifest.diskSize) { deployment.report($0) }
        try await deployment.blocking { try attempt(.diskError) { try medium.dropCaches() } }
        let spans = SpanQueue(DiskSpan.all(of: manifest, largestHole: UInt64(DiskSpan.largestRead)))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<deployment.settings.readers {
                group.addTask {
                    let buffer = try AlignedBuffer(count: DiskSpan.largestRead)
                    while let span = spans.next() {
                        try Task.checkCancellation()
                        try await deployment.blocking {
                            try Self.check(span, medium: medium, area: area, buffer: buffer)
                        }
                        meter.add(UInt64(span.range.count))
                    }
                }
            }
            try await group.waitForAll()
        }
        deployment.note { $0.tally.verified = meter.done }
    }

    private static func check(
        _ span: DiskSpan, medium: any DiskMedium, area: TableArea, buffer: AlignedBuffer
    ) throws {
        let memory = buffer.prefix(span.range.count)
        try attempt(.diskError) { try medium.read(into: memory, at: span.range.lowerBound) }
        let tableIsBlank = area.putBack(into: memory, at: span.range)
        let bytes = UnsafeRawBufferPointer(memory)
        let isRight = span.digest.map { ChunkDigest(of: bytes) == $0 } ?? bytes.isAllZero
        guard isRight, tableIsBlank else {
            throw PhaseFailure(
                .verifyMismatch,
                "the disk does not hold what was written: bytes \(span.range.lowerBound)..<\(span.range.upperBound) "
                    + (tableIsBlank ? "differ from the image" : "hold a partition table too early"))
        }
    }
}

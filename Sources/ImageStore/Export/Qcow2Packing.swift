/// Packs a raw disk into a qcow2 file of its own, with `qemu-img`.
package struct Qcow2Packing: Sendable {
    private let limits: ImportLimits

    package init(limits: ImportLimits) { self.limits = limits }

    /// Converts the file at `path` over the file at `target`, both absolute paths; the same bytes each time.
    package func convert(_ path: String, to target: String, virtualSize: UInt64) async throws {
        let tool = ToolRun(
            program: "qemu-img", arguments: ["convert", "-f", "raw", "-O", "qcow2", "-c", path, target],
            reads: [path], writes: [target], memory: limits.converterMemory, seconds: limits.converterSeconds,
            fileSize: virtualSize + virtualSize / 8 + (16 << 20))
        let answer = try await tool.run()
        guard answer.isSuccess else { throw ImportError.conversion(answer.complaint) }
    }
}

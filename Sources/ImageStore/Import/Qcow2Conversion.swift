/// Turns a qcow2 file into a sparse raw one with `qemu-img`, once its header has been found harmless.
struct Qcow2Conversion: Sendable {
    let limits: ImportLimits

    /// The size of the virtual disk in bytes; throws for every file that `qemu-img` must not see.
    func check(_ path: String) throws -> UInt64 {
        let start = try FileStart.read(path, count: Qcow2Header.prefixSize)
        return try Qcow2Header(start, limit: limits.maximumVirtualSize).virtualSize
    }

    /// Converts the file at `path`, an absolute path, over the file at `target`.
    func convert(_ path: String, to target: String, virtualSize: UInt64) async throws {
        let tool = ToolRun(
            program: "qemu-img", arguments: ["convert", "-f", "qcow2", "-O", "raw", path, target],
            memory: limits.converterMemory, seconds: limits.converterSeconds, fileSize: virtualSize + 4096)
        let answer = try await tool.run()
        guard answer.isSuccess else { throw ImportError.conversion(answer.complaint) }
    }
}

/// A format of disk images that `qemu-img` unpacks, once its header has been found harmless.
package enum ContainerFormat: String, Hashable, Sendable, CaseIterable {
    case qcow2
    case vmdk
    case vhd
    case vhdx

    /// The size of the virtual disk in bytes; throws for every file that `qemu-img` must not see.
    func check(_ path: String, limit: UInt64) throws -> UInt64 {
        let file = try OpenFile(reading: path)
        let size = try file.size()
        func read(_ offset: UInt64, _ count: Int) throws(ImportError) -> [UInt8] {
            do {
                return try file.bytes(at: offset, count: count)
            } catch {
                throw .refused("\(error)")
            }
        }
        func end(_ count: Int) throws -> [UInt8] { try read(size - min(size, UInt64(count)), count) }
        switch self {
        case .qcow2: return try Qcow2Header(read(0, Qcow2Header.prefixSize), limit: limit).virtualSize
        case .vmdk:
            return try VMDKHeader(
                start: read(0, VMDKHeader.prefixSize), end: end(VMDKHeader.suffixSize), limit: limit
            ).virtualSize
        case .vhd:
            return try VHDFooter(
                start: read(0, VHDFooter.size), end: end(VHDFooter.size), fileSize: size, limit: limit
            ).virtualSize
        case .vhdx: return try VHDXHeader(limit: limit, read: read).virtualSize
        }
    }

    /// How `qemu-img` is told to read the file that it finds at `ToolRun.inputPath`; nothing is left to its probes.
    var options: String {
        let file = "file.driver=file,file.filename=\(ToolRun.inputPath)"
        return switch self {
        case .qcow2: "driver=qcow2,\(file)"
        case .vmdk: "driver=vmdk,\(file)"
        // Else it takes the size from the geometry, which is a little smaller, where the program that made the file is
        // one that it does not know.
        case .vhd: "driver=vpc,force_size_calc=current_size,\(file)"
        case .vhdx: "driver=vhdx,\(file)"
        }
    }
}

/// Turns a file of a container format into a sparse raw one.
struct ContainerConversion: Sendable {
    let limits: ImportLimits

    /// Converts the file at `path` over the file at `target`, an absolute path. Its header has to be checked.
    func convert(_ path: String, _ format: ContainerFormat, to target: String, virtualSize: UInt64) async throws {
        let tool = ToolRun(
            program: "qemu-img", arguments: ["convert", "--image-opts", "-O", "raw", format.options, target],
            input: path, writes: [target], memory: limits.converterMemory, seconds: limits.converterSeconds,
            fileSize: virtualSize + 4096)
        let answer = try await tool.run()
        guard answer.isSuccess else { throw ImportError.conversion(answer.complaint) }
    }
}

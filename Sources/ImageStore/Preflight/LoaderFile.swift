import DiskFormats

/// The boot loader that firmware starts from a disk without boot entries (UEFI 2.10, section 3.5.1.1).
struct LoaderFile: Sendable {
    let disk: String
    let layout: DiskLayout

    private static let sizeBound: UInt64 = 32 << 20
    private static let headSize = 4096

    /// Whether it carries a signature; nil where there is no such file.
    func isSigned(spool: SpoolDirectory) async throws -> Bool? {
        guard let partition = layout.partition(.efiSystem), partition.fileSystem == "vfat" else { return nil }
        let image = "\(ToolRun.inputPath)@@\(layout.offset(of: partition))"
        let loader = "::/EFI/BOOT/BOOTX64.EFI"
        guard try await ToolRun(program: "mdir", arguments: ["-b", "-i", image, loader], input: disk).run().isSuccess
        else { return nil }
        return try await spool.withFile { file in
            let answer = try await ToolRun(
                program: "mcopy", arguments: ["-n", "-i", image, loader, "-"], input: disk, fileSize: Self.sizeBound
            ).run(into: file.path)
            guard answer.isSuccess else { throw ExaminationError("mcopy cannot read it: \(answer.complaint)") }
            return Self.isSigned(try OpenFile(reading: file.path).bytes(at: 0, count: Self.headSize))
        }
    }

    /// Whether a PE32+ file has a certificate table (PE format, "Optional Header Data Directories").
    static func isSigned(_ head: [UInt8]) -> Bool {
        func number(_ offset: Int, _ count: Int) -> Int {
            guard offset >= 0, offset + count <= head.count else { return 0 }
            return (0..<count).reduce(0) { $0 | Int(head[offset + $1]) << (8 * $1) }
        }
        let start = number(0x3C, 4)
        guard number(0, 2) == 0x5A4D, number(start, 4) == 0x4550, number(start + 24, 2) == 0x20B else { return false }
        let certificates = start + 24 + 112 + 4 * 8
        return number(start + 24 + 108, 4) > 4 && number(certificates, 4) > 0 && number(certificates + 4, 4) > 8
    }
}

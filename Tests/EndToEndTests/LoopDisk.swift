import FoundationEssentials
import Glibc
import VirtualRack

/// A disk of this machine for a test: a loop device over a file that is filled with a pattern at first.
struct LoopDisk: Sendable {
    let file: String
    /// `/dev/loop3`.
    let device: String

    /// What a disk that nobody wrote holds everywhere.
    private static let pattern: UInt8 = 0xA5

    /// Makes the file and attaches it for `body`.
    /// - Parameter size: bytes, a multiple of 1 MiB.
    static func with(_ file: String, size: Int = 96 << 20, _ body: (LoopDisk) async throws -> Void) async throws {
        _ = FileManager.default.createFile(atPath: file, contents: Data(repeating: pattern, count: size))
        let device = try await Tool.run("losetup", ["--find", "--show", file])
        let disk = LoopDisk(file: file, device: device.trimmed)
        do {
            try await body(disk)
        } catch {
            await disk.detach()
            throw error
        }
        await disk.detach()
    }

    /// Gives the device back, whatever happened to it.
    private func detach() async {
        // A task of its own: cancellation must not end what cleans up.
        _ = await Task { try? await Tool.run("losetup", ["--detach", device]) }.value
    }

    /// The rule that names it.
    var rule: String { "path=virtual/block/" + device.dropFirst("/dev/".count) }

    /// All bytes that the medium holds.
    func bytes() throws -> Data { try Data(contentsOf: URL(filePath: file)) }

    /// True if not one byte was written.
    func isUntouched() throws -> Bool { try bytes().allSatisfy { $0 == Self.pattern } }

    /// Where a GUID partition table's header stands: none on a disk that must not boot.
    func tables() throws -> [Int] {
        let bytes = try bytes()
        let signature = Array("EFI PART".utf8)
        return stride(from: 0, to: bytes.count, by: 512).filter { Array(bytes[$0..<$0 + 8]) == signature }
    }

    /// True if no table stands anywhere, and no boot record.
    func bootsNowhere() throws -> Bool {
        let bytes = try bytes()
        return try tables().isEmpty && !(bytes[510] == 0x55 && bytes[511] == 0xAA)
    }

    /// True if the disk is the whole system: a sound table of its own size, and every byte of the image outside of it.
    func holds(_ image: String) async throws -> Bool {
        let check = try await Tool.attempt("sgdisk", ["--verify", file])
        let whole = try Data(contentsOf: URL(filePath: image))
        let content = (1 << 20)..<(whole.count - (1 << 20))
        return try check.status == 0 && check.standardOutput.contains("No problems found")
            && tables() == [512, bytes().count - 512] && bytes()[content] == whole[content]
    }
}

import AgentProtocol
import FoundationEssentials
import Glibc
import LinuxSystem
import StageAgent

/// A loop device over a file that was filled with A5: any octet that is something else was written. Gone when the test
/// ends.
final class LoopDisk: Sendable {
    let path: String
    let file: String
    let size: Int

    static let filler: UInt8 = 0xA5

    convenience init(megabytes: Int, sectorSize: Int = 512) throws {
        try self.init(size: megabytes << 20, sectorSize: sectorSize) { file, size in
            try Data(repeating: Self.filler, count: size).write(to: URL(filePath: file))
        }
    }

    /// A blank disk that takes no room.
    convenience init(sparseMegabytes: Int) throws {
        try self.init(size: sparseMegabytes << 20, sectorSize: 512) { file, size in
            try Tool.run(["truncate", "-s", "\(size)", file])
        }
    }

    private init(size: Int, sectorSize: Int, fill: (_ file: String, _ size: Int) throws -> Void) throws {
        self.size = size
        file = "/var/tmp/ingot-test-" + String(UInt64.random(in: 0 ... .max), radix: 16)
        try fill(file, size)
        path = try Tool.run([
            "losetup", "--find", "--show", "--partscan", "--direct-io=on", "--sector-size", "\(sectorSize)", file,
        ]).output
    }

    deinit {
        _ = try? Tool.run(["losetup", "--detach", path])
        unlink(file)
    }

    /// The file's bytes, once everything is written.
    func content() throws -> [UInt8] {
        sync()
        return Array(try Data(contentsOf: URL(filePath: file)))
    }

    var isUntouched: Bool { get throws { try content().allSatisfy { $0 == Self.filler } } }

    /// True if neither an MBR nor a GPT stands at its place: firmware and kernel find nothing.
    var hasNoTable: Bool {
        get throws {
            let bytes = try content()
            return bytes[510] == 0 && bytes[511] == 0 && bytes[512..<520].allSatisfy { $0 == 0 }
                && bytes.suffix(512).prefix(8).allSatisfy { $0 == 0 }
        }
    }

    func description() throws -> Disk {
        guard let disk = try MachineDisks(only: [path]).disks().first else {
            throw DiskError("describe \(path)", detail: "it is not listed")
        }
        return disk
    }
}

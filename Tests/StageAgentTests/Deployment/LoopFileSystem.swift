import FoundationEssentials
import Glibc
import LinuxSystem

/// A file system of its own on a loop device, which goes with the value that owns it.
final class LoopFileSystem: Sendable {
    let device: String
    let type: String
    private let file: String

    /// Makes a file system of 400 MiB, sparse; btrfs has its default subvolume set to one called `root`.
    init(_ type: String) throws {
        self.type = type
        file = "/tmp/ingot-loop-\(UUID().uuidString)"
        guard FileManager.default.createFile(atPath: file, contents: nil), truncate(file, 400 << 20) == 0 else {
            throw DiskError("make \(file)", code: errno)
        }
        device = try Tool.run(["losetup", "--find", "--show", file]).output
        try Tool.run(["mkfs.\(type)", device])
        guard type == "btrfs" else { return }
        try mounted { directory in
            try Tool.run(["btrfs", "subvolume", "create", "\(directory)/root"])
            try Tool.run(["btrfs", "subvolume", "set-default", "\(directory)/root"])
        }
    }

    deinit {
        _ = try? Tool.run(["losetup", "--detach", device])
        unlink(file)
    }

    func mounted<Result>(readOnly: Bool = false, _ body: (String) throws -> Result) throws -> Result {
        try Mount.withMounted(device, type: type, readOnly: readOnly, body)
    }
}

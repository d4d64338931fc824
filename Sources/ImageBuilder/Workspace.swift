import BootableDisk
import Foundation

/// The directory that a build works in, and the file that it makes.
package struct Workspace: Hashable, Sendable {
    /// The whole directory.
    package let directory: String
    /// The file that the caller asked for.
    package let output: String

    /// Makes a new directory in `scratch`. Throws `BuildError` if that or the output's directory is not there.
    package init(in scratch: String, output: String) throws {
        let name = "ingot-image." + String(UInt64.random(in: .min ... .max), radix: 36)
        directory = (scratch.hasSuffix("/") ? String(scratch.dropLast()) : scratch) + "/" + name
        self.output = output
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: false, attributes: attributes)
            try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: false)
            try FileManager.default.createDirectory(atPath: keep, withIntermediateDirectories: false)
        } catch {
            throw BuildError("cannot make a directory in \(scratch): \(error.localizedDescription)")
        }
    }

    /// The tree that becomes the root file system.
    package var root: String { directory + "/root" }
    /// Boot loader files, saved before the tree is pruned.
    package var keep: String { directory + "/keep" }
    /// The EFI system partition's file system.
    package var esp: String { directory + "/esp.img" }
    /// The image while it is not whole.
    package var image: String { output + ".part" }

    /// Puts the whole image in its place.
    package func publish() throws {
        guard rename(image, output) == 0 else {
            throw BuildError("cannot rename \(image) to \(output): \(String(cString: strerror(errno)))")
        }
    }

    /// Removes the directory and an image that is not whole; it never crosses into another file system.
    package func remove(_ tools: any BuildTools) async {
        unlink(image)
        let arguments = ["--recursive", "--force", "--one-file-system", directory]
        // A cancelled build must clean up too, and a cancelled task could start no program.
        await Task { _ = try? await tools.run("rm", arguments) }.value
    }
}

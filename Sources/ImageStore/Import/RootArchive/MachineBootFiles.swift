import BootableDisk
import Glibc

/// The boot loader that this machine's packages bring, for archives without one.
package struct MachineBootFiles: Sendable {
    /// What the files' paths stand below.
    let root: String

    package init(root: String = "") { self.root = root }

    /// Shim and signed GRUB; throws, naming the package, where they are not installed.
    func signedLoader() throws -> SignedLoader {
        SignedLoader(
            shim: try bytes(of: .shim), grub: try bytes(of: .grub), mokTool: try? bytes(of: .mokTool))
    }

    /// One of the files, whole.
    func bytes(of file: BootLoaderFile) throws -> [UInt8] {
        do {
            return try read(file.path)
        } catch {
            throw ImportError.building(
                "this machine has no \(file.path), which is wanted: install the package \(file.package)")
        }
    }

    /// GRUB's modules for BIOS by name, which belong to the core that is made of them.
    func modules() throws -> [(name: String, bytes: [UInt8])] {
        let directory = "/usr/lib/grub/i386-pc"
        return try FileTree.names(in: root + directory).sorted()
            .filter { name in [".mod", ".lst", ".o"].contains(where: name.hasSuffix) }
            .map { (name: $0, bytes: try read("\(directory)/\($0)")) }
    }

    private func read(_ path: String) throws -> [UInt8] {
        let file = try OpenFile(reading: root + path)
        return try file.bytes(at: 0, count: Int(clamping: file.size()))
    }
}

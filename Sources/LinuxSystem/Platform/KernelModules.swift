import CLinux
import Glibc
package import ModuleAliases

/// Loads kernel modules with their dependencies. Loading one that is there already is no error.
package struct KernelModules: Sendable {
    /// Why a module was not loaded.
    package struct Failure: Error, Sendable, CustomStringConvertible {
        package let path: String
        package let code: Int32

        package var description: String { "module \(path): \(String(cString: strerror(code)))" }
    }

    package let index: ModuleIndex
    private let directory: String

    /// The modules of the running kernel.
    package init() {
        directory = "/lib/modules/\(Machine().kernelRelease)"
        index = ModuleIndex(directory: directory)
    }

    /// Loads a module, or whatever answers to an alias. Blocks until the drivers have looked for their devices. Unknown
    /// names and built-in modules are no error.
    package func load(_ nameOrAlias: String) -> [Failure] {
        index.loadOrder(of: nameOrAlias).compactMap { path in
            load(file: "\(directory)/\(path)").map { Failure(path: path, code: $0) }
        }
    }

    /// The error number, or nil where the module is in the kernel now. A module that finds no device (ENODEV) says so of
    /// this machine, not of itself.
    private func load(file: String) -> Int32? {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        guard clinux_load_module(descriptor, file.hasSuffix(".ko") ? 0 : 1) != 0 else { return nil }
        return errno == EEXIST || errno == ENODEV ? nil : errno
    }
}

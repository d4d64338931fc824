/// The stage's files by the names that the boot listener serves below `/stage/`.
package struct StageFiles: Hashable, Sendable {
    package var kernel: String
    /// Initramfs archives in the order in which the kernel unpacks them: the generic one, then the installation's.
    package var archives: [String]

    package init(kernel: String = "vmlinuz", archives: [String] = ["initramfs", "site"]) {
        self.kernel = kernel
        self.archives = archives
    }
}

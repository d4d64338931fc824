/// The contents of the EFI system partition: shim and GRUB at the fallback path and in the distribution's directory.
package struct SystemPartition: Hashable, Sendable {
    /// The directory below `EFI` where the signed GRUB looks for its configuration, wherever it was started.
    package var vendor: String

    package init(vendor: String = "debian") { self.vendor = vendor }

    /// Directories below the partition's root, those above others first.
    package var directories: [String] { ["EFI", "EFI/BOOT", "EFI/\(vendor)"] }

    /// What stands where below `EFI`.
    package var files: [(file: BootLoaderFile, path: String)] {
        [
            (.shim, "BOOT/BOOTX64.EFI"), (.grub, "BOOT/grubx64.efi"), (.mokTool, "BOOT/mmx64.efi"),
            (.shim, "\(vendor)/shimx64.efi"), (.grub, "\(vendor)/grubx64.efi"), (.mokTool, "\(vendor)/mmx64.efi"),
        ]
    }

    /// Where GRUB's configuration stands below `EFI`.
    package var configuration: String { "\(vendor)/grub.cfg" }

    /// What mtools(1) needs in its environment.
    package static let environment = ["MTOOLSRC": "/dev/null", "MTOOLS_SKIP_CHECK": "1"]
}

/// How a loader starts a host's own disk. Firmware differs, so operators may choose by model.
package enum LocalBoot: String, Codable, Hashable, Sendable, CaseIterable {
    /// What suits most: iPXE in a BIOS starts the first disk with a boot record, iPXE under UEFI ends so that the
    /// firmware takes its next boot entry, and GRUB starts the boot loader of a disk.
    case standard = "default"
    /// iPXE starts the disk itself under UEFI, too, which its builds from before 2023 cannot; else as `standard`.
    case sanboot
    /// The loader ends with an error at once: the firmware goes on by itself.
    case exit
}

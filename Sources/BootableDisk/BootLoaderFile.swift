/// The boot loader's files that a disk is made with.
package enum BootLoaderFile: String, CaseIterable, Sendable {
    case boot = "boot.img"
    case shim = "shimx64.efi"
    case mokTool = "mmx64.efi"
    case grub = "grubx64.efi"

    /// Where Debian's package puts it.
    package var path: String {
        switch self {
        case .boot: "/usr/lib/grub/i386-pc/boot.img"
        case .shim: "/usr/lib/shim/shimx64.efi.signed"
        case .mokTool: "/usr/lib/shim/mmx64.efi.signed"
        case .grub: "/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed"
        }
    }

    /// The package that brings it.
    package var package: String {
        switch self {
        case .boot: "grub-pc-bin"
        case .shim, .mokTool: "shim-signed"
        case .grub: "grub-efi-amd64-signed"
        }
    }
}

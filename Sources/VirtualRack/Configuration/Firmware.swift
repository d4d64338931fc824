/// The firmware of a virtual host, and how it boots from the network.
package enum Firmware: String, Codable, Hashable, Sendable, CaseIterable {
    /// SeaBIOS; PXE by the NIC's iPXE ROM.
    case bios
    /// OVMF with its own PXE stack.
    case uefi
    /// OVMF with its own stack, PXE turned off: UEFI HTTP Boot.
    case uefiHTTP = "uefi-http"
    /// OVMF with Secure Boot on and Microsoft's keys.
    case uefiSecureBoot = "uefi-secure-boot"

    /// True for OVMF in all its forms.
    package var isUEFI: Bool { self != .bios }

    /// The read-only firmware image.
    var code: String? {
        switch self {
        case .bios: nil
        case .uefi, .uefiHTTP: "/usr/share/OVMF/OVMF_CODE_4M.fd"
        case .uefiSecureBoot: "/usr/share/OVMF/OVMF_CODE_4M.secboot.fd"
        }
    }

    /// What a host's own NVRAM starts as.
    var variables: String? {
        switch self {
        case .bios: nil
        case .uefi, .uefiHTTP: "/usr/share/OVMF/OVMF_VARS_4M.fd"
        case .uefiSecureBoot: "/usr/share/OVMF/OVMF_VARS_4M.ms.fd"
        }
    }
}

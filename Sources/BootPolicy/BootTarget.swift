public import NetworkTypes

/// What a boot file must fit: the firmware and the processor behind option 93.
public struct BootTarget: Hashable, Sendable {
    public var firmware: FirmwareMode
    public var processor: ProcessorArchitecture

    public init(firmware: FirmwareMode, processor: ProcessorArchitecture) {
        self.firmware = firmware
        self.processor = processor
    }

    /// The target of an architecture of IANA's registry; nil for those that Ingot does not know.
    public init?(_ architecture: ClientArchitecture) {
        switch architecture {
        case .x86BIOS: self.init(firmware: .bios, processor: .x64)
        case .x86UEFI, .x86UEFIHTTP: self.init(firmware: .uefi, processor: .x86)
        // Firmware that calls itself EBC is x86-64 in the field (RFC 4578 and its errata swap 7 and 9).
        case .x64UEFI, .ebcUEFI, .x64UEFIHTTP, .ebcUEFIHTTP: self.init(firmware: .uefi, processor: .x64)
        case .arm32UEFI, .arm32UEFIHTTP: self.init(firmware: .uefi, processor: .arm32)
        case .arm64UEFI, .arm64UEFIHTTP: self.init(firmware: .uefi, processor: .arm64)
        default: return nil
        }
    }
}

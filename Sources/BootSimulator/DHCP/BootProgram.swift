import NetworkTypes

/// The program that speaks on a host's wire, as its DHCP messages tell.
package struct BootProgram: Hashable, Sendable {
    /// Option 93.
    let architecture: ClientArchitecture
    /// The first word of option 60.
    let vendorClass: String
    /// Option 77 is `iPXE`.
    var isIPXE = false
    /// The flag of RFC 2131 section 4.1: EDK2 sets it, PXE ROMs and iPXE do not.
    var wantsBroadcast = false
    /// Option 57 in octets, IP and UDP headers among them.
    var maximumSize: UInt16 = 1472

    /// What the firmware of a host says.
    package static func firmware(of kind: HostKind) -> BootProgram {
        switch kind {
        case .uefiPXE, .missingFile, .smallPackets:
            BootProgram(architecture: .x64UEFI, vendorClass: "PXEClient", wantsBroadcast: true)
        case .uefiHTTP: BootProgram(architecture: .x64UEFIHTTP, vendorClass: "HTTPClient", wantsBroadcast: true)
        case .unknownArchitecture:
            BootProgram(architecture: ClientArchitecture(rawValue: 0x7FFF), vendorClass: "PXEClient")
        case .tinyMessages: BootProgram(architecture: .x86BIOS, vendorClass: "PXEClient", maximumSize: 64)
        case .biosPXE, .ipxe, .ignoresOffer, .declines, .stalls, .malformed, .wrongToken, .releases:
            BootProgram(architecture: .x86BIOS, vendorClass: "PXEClient")
        }
    }

    /// What iPXE says once this firmware has started it.
    package var ipxe: BootProgram {
        let isBIOS = architecture == .x86BIOS
        return BootProgram(
            architecture: isBIOS ? .x86BIOS : .x64UEFI, vendorClass: "PXEClient", isIPXE: true)
    }

    /// The options that stand in every DISCOVER and REQUEST: 57, 55, 97, 93, 94, 60 and, for iPXE, 77.
    package func addOptions(of host: SimulatedHost, to message: inout HostMessage) {
        let number = architecture.rawValue
        message.add(57, [UInt8(maximumSize >> 8), UInt8(truncatingIfNeeded: maximumSize)])
        message.add(55, [1, 3, 6, 12, 15, 43, 54, 60, 66, 67])
        // Firmware sends the UUID as SMBIOS stores it, its first three fields little-endian.
        message.add(97, [0] + host.systemUUID.swapped.bytes)
        message.add(93, [UInt8(number >> 8), UInt8(truncatingIfNeeded: number)])
        message.add(94, architecture == .x86BIOS ? [1, 2, 1] : [1, 3, 0])
        let digits = String(number)
        let padded = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
        let interface = architecture == .x86BIOS ? "002001" : "003000"
        message.add(60, Array("\(vendorClass):Arch:\(padded):UNDI:\(interface)".utf8))
        if isIPXE { message.add(77, Array("iPXE".utf8)) }
    }
}

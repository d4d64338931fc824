/// The client system architecture of DHCP option 93 (RFC 4578 section 2.1; numbers from IANA's registry
/// "Processor Architecture Types"). An open set: unknown numbers survive.
public struct ClientArchitecture: RawRepresentable, Hashable, Sendable, Codable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let x86BIOS = ClientArchitecture(rawValue: 0)
    public static let x86UEFI = ClientArchitecture(rawValue: 6)
    public static let x64UEFI = ClientArchitecture(rawValue: 7)
    /// EBC; some firmware sends it for x86-64.
    public static let ebcUEFI = ClientArchitecture(rawValue: 9)
    public static let arm32UEFI = ClientArchitecture(rawValue: 10)
    public static let arm64UEFI = ClientArchitecture(rawValue: 11)
    public static let x86UEFIHTTP = ClientArchitecture(rawValue: 15)
    public static let x64UEFIHTTP = ClientArchitecture(rawValue: 16)
    public static let ebcUEFIHTTP = ClientArchitecture(rawValue: 17)
    public static let arm32UEFIHTTP = ClientArchitecture(rawValue: 18)
    public static let arm64UEFIHTTP = ClientArchitecture(rawValue: 19)

    /// True for the architectures that ask for a boot URL (UEFI HTTP Boot).
    public var isHTTPBoot: Bool { (15...19).contains(rawValue) }
}

extension ClientArchitecture: CustomStringConvertible {
    public var description: String {
        switch self {
        case .x86BIOS: "x86 BIOS"
        case .x86UEFI: "x86 UEFI"
        case .x64UEFI: "x64 UEFI"
        case .ebcUEFI: "EBC UEFI"
        case .arm32UEFI: "ARM 32-bit UEFI"
        case .arm64UEFI: "ARM 64-bit UEFI"
        case .x86UEFIHTTP: "x86 UEFI HTTP"
        case .x64UEFIHTTP: "x64 UEFI HTTP"
        case .ebcUEFIHTTP: "EBC UEFI HTTP"
        case .arm32UEFIHTTP: "ARM 32-bit UEFI HTTP"
        case .arm64UEFIHTTP: "ARM 64-bit UEFI HTTP"
        default: "architecture \(rawValue)"
        }
    }
}

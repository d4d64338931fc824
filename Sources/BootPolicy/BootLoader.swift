/// What a boot file is. An open set.
public struct BootLoader: RawRepresentable, Hashable, Sendable, Codable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    /// iPXE: it fetches its script over HTTP.
    public static let ipxe = BootLoader(rawValue: "ipxe")
    /// The first stage for Secure Boot, signed by Microsoft.
    public static let shim = BootLoader(rawValue: "shim")
    /// The second stage for Secure Boot, signed by Debian: shim asks for it, and it fetches its script over TFTP.
    public static let grub = BootLoader(rawValue: "grub")

    /// Whether DHCP may hand it out.
    var isFirst: Bool { self == .ipxe || self == .shim }
}

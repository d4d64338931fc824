/// What a boot file is. An open set.
public struct BootLoader: RawRepresentable, Hashable, Sendable, Codable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    /// iPXE: what DHCP hands out; it fetches its script over HTTP.
    public static let ipxe = BootLoader(rawValue: "ipxe")
    /// The first stage for Secure Boot, signed by Microsoft.
    public static let shim = BootLoader(rawValue: "shim")
    /// The second stage for Secure Boot, signed by Debian; shim asks for it by name.
    public static let grub = BootLoader(rawValue: "grub")
}

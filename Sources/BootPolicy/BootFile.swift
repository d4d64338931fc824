public import NetworkTypes

/// One boot file that may be handed out: an entry of the manifest in `tftp-root`.
public struct BootFile: Hashable, Sendable, Codable {
    /// The path below the root, by which DHCP, TFTP and HTTP name it.
    public var name: String
    public var loader: BootLoader
    public var architecture: ProcessorArchitecture
    public var firmware: FirmwareMode
    /// The Debian package that it comes from.
    public var package: String
    /// The file of that package.
    public var source: String
    /// The SHA-256 of its bytes in lower-case hexadecimal, where one version is wanted and no other.
    public var sha256: String?

    public init(
        name: String, loader: BootLoader, architecture: ProcessorArchitecture, firmware: FirmwareMode, package: String,
        source: String, sha256: String? = nil
    ) {
        self.name = name
        self.loader = loader
        self.architecture = architecture
        self.firmware = firmware
        self.package = package
        self.source = source
        self.sha256 = sha256
    }
}

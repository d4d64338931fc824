import ImageStore

/// A configuration file whose every name was looked up: what `ingot serve --check` and a reload ask for.
struct CheckedConfiguration: Sendable {
    let configuration: ServerConfiguration
    let networks: [BootNetwork]
    let files: InstalledFiles
    /// What imports from URLs are held to on this machine.
    let downloads: DownloadPolicy
    let warnings: [String]

    /// Reads the file at `path`; the first thing that is wrong throws.
    init(path: String) throws {
        configuration = try ServerConfiguration.load(path)
        networks = try BootNetwork.find(configuration.interfaces)
        files = try InstalledFiles(configuration)
        downloads = try configuration.imports.policy()
        _ = try configuration.images.objectStorage?.secretKey()
        warnings = configuration.warnings(networks: networks)
    }
}

package import NetworkTypes

/// The scripts that iPXE runs, rendered from the templates of the directory `ipxe`.
package struct BootScripts: Sendable {
    /// The templates' names; the file of each is `NAME.mustache`.
    package static let templateNames = ["stage.ipxe", "local-disk.ipxe", "failure.ipxe", "own-disk"]

    private let library: ScriptLibrary
    private let stageValues: StageValues

    /// - Parameters:
    ///   - templates: name -> text, for each of `templateNames`.
    ///   - files: the kernel and archives that the stage's script loads.
    /// - Throws: `BootScriptError` for a template that is missing or malformed.
    package init(templates: [String: String], files: StageFiles = StageFiles()) throws(BootScriptError) {
        library = try ScriptLibrary(Self.templateNames, of: templates)
        stageValues = try StageValues(files)
    }

    /// Loads the stage from `baseURL` (`http://HOST:PORT`) and starts it with this boot token, which stands on the
    /// kernel's command line and nowhere else. Where it cannot be loaded, starts the host's own disk.
    /// - Throws: `BootScriptError` for a base URL or token that could be read as script.
    package func stage(
        baseURL: String, mac: MACAddress, token: String, localBoot: LocalBoot = .standard
    ) throws(BootScriptError) -> String {
        try library.render(
            "stage.ipxe", stageValues.values(baseURL: baseURL, mac: mac, token: token), localBoot: localBoot)
    }

    /// Starts the host's own disk: through the BIOS its first disk with a boot record, in UEFI the next boot entry.
    package func localDisk(localBoot: LocalBoot = .standard) throws(BootScriptError) -> String {
        try library.render("local-disk.ipxe", localBoot: localBoot)
    }

    /// Shows `message`, then starts the host's own disk. What could be read as script is left out of the message.
    package func failure(_ message: String, localBoot: LocalBoot = .standard) throws(BootScriptError) -> String {
        try library.render("failure.ipxe", ["message": ScriptMessage(message).text], localBoot: localBoot)
    }
}

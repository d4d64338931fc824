package import NetworkTypes

/// The scripts that a GRUB runs which was started over TFTP, rendered from the templates of the directory `ipxe`.
package struct GRUBScripts: Sendable {
    /// The templates' names; the file of each is `NAME.mustache`.
    package static let templateNames = [
        "grub-main.cfg", "grub-stage.cfg", "grub-local-disk.cfg", "grub-failure.cfg", "grub-own-disk",
    ]

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

    /// What GRUB reads first, the same for all hosts: it leads to the host's script, and to its own disk where there is
    /// none.
    package func main() throws(BootScriptError) -> String {
        try library.render("grub-main.cfg", localBoot: .standard)
    }

    /// Loads the stage over TFTP, whence GRUB itself came, and starts it with this boot token, which stands on the
    /// kernel's command line and nowhere else. Where it cannot be loaded, starts the host's own disk.
    /// - Parameter baseURL: where the stage finds the server, `http://HOST:PORT`.
    /// - Throws: `BootScriptError` for a base URL or token that could be read as script.
    package func stage(
        baseURL: String, mac: MACAddress, token: String, localBoot: LocalBoot = .standard
    ) throws(BootScriptError) -> String {
        try library.render(
            "grub-stage.cfg", stageValues.values(baseURL: baseURL, mac: mac, token: token), localBoot: localBoot)
    }

    /// Starts the host's own disk by the boot loader that lies on it.
    package func localDisk(localBoot: LocalBoot = .standard) throws(BootScriptError) -> String {
        try library.render("grub-local-disk.cfg", localBoot: localBoot)
    }

    /// Shows `message`, then starts the host's own disk. What could be read as script is left out of the message.
    package func failure(_ message: String, localBoot: LocalBoot = .standard) throws(BootScriptError) -> String {
        try library.render("grub-failure.cfg", ["message": ScriptMessage(message).text], localBoot: localBoot)
    }
}

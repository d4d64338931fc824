import AgentProtocol
import Mustache
package import NetworkTypes

/// The scripts that iPXE runs, rendered from the templates of the directory `ipxe`.
package struct BootScripts: Sendable {
    /// The templates' names; the file of each is `NAME.mustache`.
    package static let templateNames = ["stage.ipxe", "local-disk.ipxe", "failure.ipxe", "own-disk"]

    private let library: MustacheLibrary
    private let kernel: ScriptFileName
    private let archives: [ScriptFileName]

    /// - Parameters:
    ///   - templates: name -> text, for each of `templateNames`.
    ///   - files: the kernel and archives that the stage's script loads.
    /// - Throws: `BootScriptError` for a template that is missing or malformed.
    package init(templates: [String: String], files: StageFiles = StageFiles()) throws(BootScriptError) {
        var library = MustacheLibrary()
        for name in Self.templateNames {
            guard let text = templates[name] else { throw BootScriptError("template \(name).mustache is missing") }
            do {
                try library.register(text, named: name)
            } catch {
                throw BootScriptError("template \(name).mustache: \(error)")
            }
        }
        self.library = library
        kernel = try ScriptFileName(files.kernel)
        var names: [ScriptFileName] = []
        for archive in files.archives { names.append(try ScriptFileName(archive)) }
        archives = names
    }

    /// Loads the stage from `baseURL` (`http://HOST:PORT`) and starts it with this boot token, which stands on the
    /// kernel's command line and nowhere else.
    /// - Throws: `BootScriptError` for a base URL or token that could be read as script.
    package func stage(baseURL: String, mac: MACAddress, token: String) throws(BootScriptError) -> String {
        let base = try ScriptBaseURL(baseURL)
        let token = try ScriptToken(token)
        let parameters = [
            "\(StageParameter.server)=\(base.text)", "\(StageParameter.token)=\(token.text)",
            "\(StageParameter.bootInterface)=01-\(mac.hyphenated)",
        ]
        let values: [String: Any] = [
            "base": base.text, "kernel": kernel.text, "archives": archives.map(\.text),
            "parameters": parameters.joined(separator: " "),
        ]
        return try render("stage.ipxe", values)
    }

    /// Starts the host's own disk: through the BIOS its first disk with a boot record, in UEFI the next boot entry.
    package func localDisk() throws(BootScriptError) -> String { try render("local-disk.ipxe", [:]) }

    /// Shows `message`, then starts the host's own disk. What could be read as script is left out of the message.
    package func failure(_ message: String) throws(BootScriptError) -> String {
        try render("failure.ipxe", ["message": ScriptMessage(message).text])
    }

    private func render(_ name: String, _ values: [String: Any]) throws(BootScriptError) -> String {
        guard let text = library.render(values, withTemplate: name) else {
            throw BootScriptError("template \(name).mustache is missing")
        }
        return text
    }
}

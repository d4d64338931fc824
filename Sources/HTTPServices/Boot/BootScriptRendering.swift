package import BootScripts
package import NetworkTypes

/// Renders the scripts that one kind of loader runs.
package protocol BootScriptRendering: Sendable {
    /// Loads kernel, stage and site archive and starts them with this boot token; the stage finds the server at
    /// `baseURL`.
    func stage(baseURL: String, mac: MACAddress, token: String, localBoot: LocalBoot) throws -> String
    /// Starts the host's own disk.
    func localDisk(localBoot: LocalBoot) throws -> String
    /// Shows `message`, then starts the host's own disk.
    func failure(_ message: String, localBoot: LocalBoot) throws -> String
}

extension BootScripts: BootScriptRendering {}

extension GRUBScripts: BootScriptRendering {}

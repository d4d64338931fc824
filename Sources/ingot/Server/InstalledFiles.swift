import BootPolicy
import BootScripts
import BootServices
import FoundationEssentials

/// What is installed beside the program: boot files, script templates, the stage; and what is said about loaders.
struct InstalledFiles: Sendable {
    let manifest: BootFileManifest
    /// Boot file name -> path.
    let bootFiles: [String: String]
    let scripts: BootScripts
    let grubScripts: GRUBScripts
    /// Every loader that they name is in the manifest.
    let loaderRules: LoaderRules
    /// Name below `/stage/` -> path; the site archive is added by the server.
    let stage: [String: String]

    /// Reads and checks everything that the configuration names; the first thing that is missing throws.
    init(_ configuration: ServerConfiguration) throws {
        do {
            manifest = try BootFilesOnDisk.manifest(in: configuration.bootFiles)
        } catch {
            throw CommandError("bootFiles: manifest.json in \(configuration.bootFiles): \(error)")
        }
        bootFiles = manifest.paths(below: configuration.bootFiles)
        for (name, path) in bootFiles where !FileManager.default.isReadableFile(atPath: path) {
            throw CommandError(
                """
                bootFiles: \(path) is missing, though the manifest names \(name): run `make boot-files` in the checkout, and \
                `make install` where Ingot is installed
                """)
        }
        loaderRules = try configuration.loaderRules()
        if let name = loaderRules.unknownLoader(in: manifest) {
            throw CommandError(
                "loader: '\(name)' in quirks or dhcp.subnets is no loader that the manifest of boot files names")
        }
        let files = StageFiles()
        do {
            scripts = try BootFilesOnDisk.scripts(in: configuration.scripts, files: files)
            grubScripts = try BootFilesOnDisk.grubScripts(in: configuration.scripts, files: files)
        } catch {
            throw CommandError("scripts: \(configuration.scripts): \(error)")
        }
        var stage: [String: String] = [:]
        for name in [files.kernel, files.archives[0]] {
            let path = "\(configuration.stage)/\(name)"
            guard FileManager.default.isReadableFile(atPath: path) else {
                throw CommandError(
                    """
                    stage: \(path) is missing: run `make stage` in the checkout, and `make install` where Ingot is installed
                    """)
            }
            stage[name] = path
        }
        self.stage = stage
    }
}

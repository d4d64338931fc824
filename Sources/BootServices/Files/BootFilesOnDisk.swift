package import BootPolicy
package import BootScripts
import FoundationEssentials

/// Reads the manifest and the script templates from their directories. Blocks: for the start of the server only.
package enum BootFilesOnDisk {
    /// Reads `directory/manifest.json`.
    package static func manifest(in directory: String) throws -> BootFileManifest {
        try BootFileManifest(json: Data(contentsOf: URL(filePath: directory).appending(path: "manifest.json")))
    }

    /// Reads the script templates of `directory`.
    package static func scripts(in directory: String, files: StageFiles = StageFiles()) throws -> BootScripts {
        var templates: [String: String] = [:]
        for name in BootScripts.templateNames {
            let path = URL(filePath: directory).appending(path: "\(name).mustache")
            templates[name] = try String(decoding: Data(contentsOf: path), as: UTF8.self)
        }
        return try BootScripts(templates: templates, files: files)
    }
}

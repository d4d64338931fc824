package import BootPolicy
package import BootScripts
import FoundationEssentials

/// Reads the manifest and the script templates from their directories. Blocks: for the start of the server only.
package enum BootFilesOnDisk {
    /// Reads `directory/manifest.json`.
    package static func manifest(in directory: String) throws -> BootFileManifest {
        try BootFileManifest(json: Data(contentsOf: URL(filePath: directory).appending(path: "manifest.json")))
    }

    /// Reads iPXE's script templates of `directory`.
    package static func scripts(in directory: String, files: StageFiles = StageFiles()) throws -> BootScripts {
        try BootScripts(templates: templates(BootScripts.templateNames, in: directory), files: files)
    }

    /// Reads GRUB's script templates of `directory`.
    package static func grubScripts(in directory: String, files: StageFiles = StageFiles()) throws -> GRUBScripts {
        try GRUBScripts(templates: templates(GRUBScripts.templateNames, in: directory), files: files)
    }

    private static func templates(_ names: [String], in directory: String) throws -> [String: String] {
        var templates: [String: String] = [:]
        for name in names {
            let path = URL(filePath: directory).appending(path: "\(name).mustache")
            templates[name] = try String(decoding: Data(contentsOf: path), as: UTF8.self)
        }
        return templates
    }
}

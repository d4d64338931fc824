import UserAPI

/// What an image is made of, as a YAML file of `config/images` says it. Keys that are not known are errors.
package struct Recipe: Hashable, Sendable, Decodable {
    /// The image's name: lower-case letters, digits, `.` and `-`.
    package var name: String
    /// The distribution's code name, `bookworm`.
    package var suite: String
    /// Debian's name of the architecture; only `amd64` is known.
    package var architecture: String
    /// The archive's components, `main` and others.
    package var components: [String]
    /// Packages that are installed besides the essential ones, without what they recommend.
    package var packages: [String]
    /// Directories that packages do not get to fill; licences under `/usr/share/doc` are kept.
    package var exclude: [String]
    package var disk: RecipeDisk
    package var boot: RecipeBoot
    package var initramfs: InitramfsModules
    /// Files that are written after the packages.
    package var files: [RecipeFile]
    /// systemd units that start with the system.
    package var enable: [String]
    /// systemd units that never start.
    package var mask: [String]
    /// systemd generators that never run.
    package var maskGenerators: [String]
    /// Patterns (glob(7) with braces) of files and directories that are removed before the image is made.
    package var prune: [String]
    /// apt sources that the image keeps; nil keeps those that it was built from.
    package var sources: [String]?
    /// Whether a refresh of the whole catalogue takes it.
    package var isInCatalogue: Bool

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, suite, architecture, components, packages, exclude, disk, boot, initramfs, files, enable, mask
        case maskGenerators, prune, sources, catalogue
    }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func list(_ key: CodingKeys) throws -> [String] {
            try container.decodeIfPresent([String].self, forKey: key) ?? []
        }
        name = try container.decode(String.self, forKey: .name)
        suite = try container.decode(String.self, forKey: .suite)
        architecture = try container.decodeIfPresent(String.self, forKey: .architecture) ?? "amd64"
        components = try container.decodeIfPresent([String].self, forKey: .components) ?? ["main"]
        packages = try container.decode([String].self, forKey: .packages)
        exclude = try list(.exclude)
        disk = try container.decode(RecipeDisk.self, forKey: .disk)
        boot = try container.decode(RecipeBoot.self, forKey: .boot)
        initramfs = try container.decodeIfPresent(InitramfsModules.self, forKey: .initramfs) ?? .most
        files = try container.decodeIfPresent([RecipeFile].self, forKey: .files) ?? []
        enable = try list(.enable)
        mask = try list(.mask)
        maskGenerators = try list(.maskGenerators)
        prune = try list(.prune)
        sources = try container.decodeIfPresent([String].self, forKey: .sources)
        isInCatalogue = try container.decodeIfPresent(Bool.self, forKey: .catalogue) ?? true
        try check(container)
    }
}

package import BootableDisk

/// All that the steps of one build share.
package struct ImageBuild: Sendable {
    package let recipe: Recipe
    package let sources: [AptSource]
    package let identities: ImageIdentities
    package let workspace: Workspace
    package let tools: any BuildTools
    /// Where an archive of the root file system goes, too; nil for none.
    package let archive: String?

    package init(
        recipe: Recipe, sources: [AptSource], identities: ImageIdentities, workspace: Workspace, tools: any BuildTools,
        archive: String? = nil
    ) {
        self.recipe = recipe
        self.sources = sources
        self.identities = identities
        self.workspace = workspace
        self.tools = tools
        self.archive = archive
    }

    /// Where the partitions lie.
    package var layout: BootableLayout { BootableLayout(size: recipe.disk.size, esp: recipe.disk.esp) }

    /// What GRUB reads.
    var grub: GrubConfiguration {
        GrubConfiguration(arguments: recipe.boot.arguments, timeout: recipe.boot.timeout, rootID: identities.root)
    }

    /// The image's root directory, while it is a directory.
    var root: RootTree { RootTree(workspace.root) }
}

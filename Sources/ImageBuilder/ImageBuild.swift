/// All that the steps of one build share.
package struct ImageBuild: Sendable {
    package let recipe: Recipe
    package let sources: [AptSource]
    package let identities: ImageIdentities
    package let workspace: Workspace
    package let tools: any BuildTools

    package init(
        recipe: Recipe, sources: [AptSource], identities: ImageIdentities, workspace: Workspace, tools: any BuildTools
    ) {
        self.recipe = recipe
        self.sources = sources
        self.identities = identities
        self.workspace = workspace
        self.tools = tools
    }

    /// Where the partitions lie.
    var layout: DiskLayout { DiskLayout(recipe.disk) }

    /// What GRUB reads.
    var grub: GrubConfiguration { GrubConfiguration(boot: recipe.boot, rootID: identities.root) }

    /// The image's root directory, while it is a directory.
    var root: RootTree { RootTree(workspace.root) }
}

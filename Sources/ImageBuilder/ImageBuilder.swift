package import BootableDisk
import Foundation

/// Builds a bootable disk image from a recipe, without loop devices and mounts of its own.
package struct ImageBuilder: Sendable {
    let tools: any BuildTools
    private let identities: @Sendable () -> ImageIdentities

    /// `tools` run the outside programs, `identities` makes the file systems' identifiers of one image.
    package init(
        tools: any BuildTools = MachineTools(), identities: @escaping @Sendable () -> ImageIdentities = { .random() }
    ) {
        self.tools = tools
        self.identities = identities
    }

    /// Builds `recipe` into the raw, sparse file `output`, which appears when it is whole. Wants root, for the modes and
    /// owners of the image's files. `mirror` replaces this machine's apt sources. Intermediate files stand in `scratch`
    /// and are removed in any case. `archive` is a file that gets the root file system as a tar archive, besides.
    package func build(
        recipe: Recipe, mirror: String? = nil, output: String, archive: String? = nil,
        scratch: String = NSTemporaryDirectory(),
        progress: @Sendable (BuildProgress) -> Void
    ) async throws {
        let sources = try sources(of: recipe, mirror: mirror)
        let workspace = try Workspace(in: scratch, output: output)
        let build = ImageBuild(
            recipe: recipe, sources: sources, identities: identities(), workspace: workspace, tools: tools,
            archive: archive)
        do {
            try await run(build, progress: progress)
            try workspace.publish()
        } catch {
            await workspace.remove(tools)
            throw error
        }
        await workspace.remove(tools)
    }

    /// Where the packages come from.
    func sources(of recipe: Recipe, mirror: String?) throws -> [AptSource] {
        guard geteuid() == 0 else { throw BuildError("building an image wants root: its files belong to many users") }
        return try mirror.map { AptSource.at($0, suite: recipe.suite, components: recipe.components) }
            ?? AptSource.ofThisMachine(suite: recipe.suite, components: recipe.components)
    }

    private func run(_ build: ImageBuild, progress: @Sendable (BuildProgress) -> Void) async throws {
        let clock = ContinuousClock()
        let steps = BuildStep.all.filter { $0.isWanted(build) }
        for (index, step) in steps.enumerated() {
            progress(.began(number: index + 1, of: steps.count, title: step.title))
            do {
                let duration = try await clock.measure { try await step.run(build) }
                progress(.ended(title: step.title, duration: duration))
            } catch let error as BuildError {
                throw BuildError("\(step.title): \(error)")
            }
        }
    }
}

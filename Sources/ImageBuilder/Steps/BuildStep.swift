/// One named part of a build.
package struct BuildStep: Sendable {
    /// What it does, for progress lines and errors.
    package let title: String
    /// Whether a build has this step.
    let isWanted: @Sendable (ImageBuild) -> Bool
    package let run: @Sendable (ImageBuild) async throws -> Void

    init(
        title: String, isWanted: @escaping @Sendable (ImageBuild) -> Bool = { _ in true },
        run: @escaping @Sendable (ImageBuild) async throws -> Void
    ) {
        self.title = title
        self.isWanted = isWanted
        self.run = run
    }

    /// Every step, in the order in which they run.
    package static let all: [BuildStep] = [
        .installPackages, .configureSystem, .keepBootLoader, .makeInitramfs, .removeTraces, .packRootTree,
        .partitionDisk,
        .makeRootFileSystem, .makeSystemPartition, .installBootRecord,
    ]
}

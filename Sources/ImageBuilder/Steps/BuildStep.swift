/// One named part of a build.
package struct BuildStep: Sendable {
    /// What it does, for progress lines and errors.
    package let title: String
    package let run: @Sendable (ImageBuild) async throws -> Void

    /// Every step, in the order in which they run.
    package static let all: [BuildStep] = [
        .installPackages, .configureSystem, .keepBootLoader, .makeInitramfs, .removeTraces, .partitionDisk,
        .makeRootFileSystem, .makeSystemPartition, .installBootRecord,
    ]
}

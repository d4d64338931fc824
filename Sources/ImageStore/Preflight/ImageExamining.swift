package import ImageFormat
package import PreflightFacts

/// Looks into a disk that is being imported.
package protocol ImageExamining: Sendable {
    /// What the raw disk in the file at `path` holds. What cannot be looked into is told in the facts; throws only where the
    /// task is cancelled.
    /// - Parameter spool: where files of the image lie while they are read.
    func examine(_ path: String, manifest: Manifest, spool: SpoolDirectory) async throws -> ImageExamination
}

/// What was found out about an image.
package struct ImageExamination: Hashable, Sendable {
    package var facts: ImageFacts
    /// Newest first.
    package var kernels: [KernelDrivers]

    package init(facts: ImageFacts, kernels: [KernelDrivers] = []) {
        self.facts = facts
        self.kernels = kernels
    }

    /// What is known of every image.
    package init(_ manifest: Manifest, unexamined: [UnexaminedPart] = []) {
        self.init(
            facts: ImageFacts(
                firmware: FirmwareFacts(modes: manifest.firmware), sectorSize: manifest.sectorSize,
                diskSize: manifest.diskSize, unexamined: unexamined))
    }
}

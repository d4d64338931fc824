import DiskFormats
package import ImageFormat
package import NIOPosix
import PreflightFacts

/// Looks into a raw disk without starting anything of it: ext4 by debugfs, FAT by mtools, xfs and btrfs by a mount that no
/// other process sees. Each step has bounds, and all of them together a deadline.
package struct ImageExaminer: ImageExamining {
    private let pool: NIOThreadPool
    private let deadline: Duration

    /// - Parameter deadline: of one examination.
    package init(pool: NIOThreadPool = .singleton, deadline: Duration = .seconds(300)) {
        self.pool = pool
        self.deadline = deadline
    }

    package func examine(
        _ path: String, manifest: Manifest, spool: SpoolDirectory
    ) async throws -> ImageExamination {
        try await withThrowingTaskGroup(of: ImageExamination?.self) { group in
            group.addTask { try await look(into: path, manifest, spool) }
            group.addTask {
                try await Task.sleep(for: deadline)
                return nil
            }
            defer { group.cancelAll() }
            if case let found?? = try await group.next() { return found }
            return ImageExamination(
                manifest,
                unexamined: [UnexaminedPart(subject: "the disk", reason: "it took longer than \(deadline)")])
        }
    }

    private func look(into path: String, _ manifest: Manifest, _ spool: SpoolDirectory) async throws -> ImageExamination
    {
        var found = ImageExamination(manifest)
        let layout: DiskLayout
        do {
            layout = try await pool.runIfActive { try DiskLayout(path: path) }
        } catch {
            found.facts.unexamined.append(UnexaminedPart(subject: "the disk", reason: "\(error)"))
            return found
        }
        let notes = ExaminationNotes()
        found.facts.firmware.hasSystemPartition = layout.partition(.efiSystem) != nil
        found.facts.firmware.isLoaderSigned = try await notes.trying("the boot loader") {
            try await LoaderFile(disk: path, layout: layout).isSigned(spool: spool)
        }.flatMap { $0 }
        if let root = layout.partition(.root) {
            found.facts.root = RootFacts(
                fileSystem: root.fileSystem ?? "unknown", isLast: layout.table.lastPartition == root.number)
            let opener = FileSystemOpener(disk: path, layout: layout, pool: pool)
            if let files = try await notes.trying("the root file system", { try await opener.open(root) }) {
                let reader = SystemReader(
                    root: files, boot: { try await opener.bootFiles() }, spool: spool, pool: pool, notes: notes)
                (found.facts.system, found.kernels) = try await reader.read()
            }
        } else {
            notes.add("the root file system", "it was not found")
        }
        found.facts.unexamined = notes.parts
        return found
    }
}

import BootableDisk
import ImageFormat
import NIOPosix
import Synchronization

extension ImageImporter {
    /// Makes the disk of a root file system's archive in a spool file and runs `body` with its path. Everything is read and
    /// checked before the first byte of the disk is written.
    func withDisk<T>(
        ofArchive path: String, _ request: ImportRequest, progress: @escaping @Sendable (ImportProgress) -> Void,
        _ body: (String) async throws -> T
    ) async throws -> T {
        let total = try await pool.runIfActive { try OpenFile(reading: path).size() }
        let (limits, compression) = (limits, request.compression)
        let archive = ArchiveReading(
            try RootArchive(limits: limits.archive, limit: limits.maximumVirtualSize) {
                try compression.unpacking(FileBytes(path: path), memoryLimit: limits.decoderMemory)
            }, pool: pool)
        try await archive.steps({ try $0.surveyStep() }) {
            progress(ImportProgress(phase: .surveying, bytesRead: $0, total: total))
        }
        let plan = try await archive.run { [bootFiles] in
            try RootPlan($0, request, limits: limits, machine: bootFiles)
        }
        return try await spool.withFile { file in
            progress(ImportProgress(phase: .building, total: total))
            let disk = RootDisk(
                layout: plan.layout, identities: plan.identities, grub: plan.grub, loader: plan.loader,
                bootSector: plan.bootSector, spool: spool, limits: limits)
            try await disk.partition(file, inodes: plan.inodes)
            let target = file.path
            try await archive.run {
                try $0.beginWriting(path: target, offset: plan.layout.rootOffset, size: plan.size)
            }
            try await archive.steps({ try $0.writeStep() }) {
                progress(ImportProgress(phase: .building, bytesRead: $0, total: total))
            }
            try await disk.makeSystemPartition(file)
            try await disk.installBootRecord(file)
            return try await body(file.path)
        }
    }
}

/// What becomes of an archive that was read: a complete tree, and all that its disk is made of.
struct RootPlan: Sendable {
    let identities: ImageIdentities
    let loader: SignedLoader
    let bootSector: [UInt8]
    let grub: GrubConfiguration
    let size: DiskExtent
    let layout: BootableLayout
    let inodes: Int

    /// Adds to the archive's tree what it boots with. Throws where the archive lacks something, or the disk is too small.
    init(
        _ archive: RootArchive, _ request: ImportRequest, limits: ImportLimits, machine: MachineBootFiles
    ) throws {
        let boot = try BootFiles(archive.tree)
        let settings =
            archive.tree.find("etc/default/grub")?.captured
            .map { BootSettings(defaults: String(decoding: $0, as: UTF8.self)) } ?? .usual
        identities = ImageIdentities.random()
        loader = try boot.loader ?? machine.signedLoader()
        bootSector = try machine.bytes(of: .boot)
        grub = GrubConfiguration(
            arguments: settings.arguments, timeout: settings.timeout, rootID: identities.root,
            directory: boot.grubDirectory)
        try archive.complete(
            RootAdditions(
                archive.tree, boot: boot, grub: grub, identities: identities, modules: machine.modules()))
        let measure = archive.measure()
        size = try Self.size(request.diskSize, measure, limit: limits.maximumVirtualSize)
        layout = BootableLayout(size: size, esp: RootDisk.systemPartition)
        inodes = measure.inodes(in: UInt64(layout.rootBlocks) * Ext4Writer.blockSize)
    }

    private static func size(
        _ wanted: UInt64?, _ measure: RootMeasure, limit: UInt64
    ) throws(ImportError) -> DiskExtent {
        let least = RootDisk.extent(root: measure.least)
        let size = wanted.map { DiskExtent(mebibytes: Int($0 >> 20)) } ?? RootDisk.extent(root: measure.comfortable)
        guard size.mebibytes >= least.mebibytes else {
            throw .undeployable("a disk of \(size) is too small for its root file system, which needs one of \(least)")
        }
        guard UInt64(size.mebibytes) << 20 <= limit else { throw .tooLarge(what: "the disk of \(size)", limit: limit) }
        return size
    }
}

/// Hands an archive from thread to thread, and runs its steps off the cooperative pool.
private final class ArchiveReading: Sendable {
    private let archive: Mutex<RootArchive>
    private let pool: NIOThreadPool

    init(_ archive: sending RootArchive, pool: NIOThreadPool) {
        self.archive = Mutex(archive)
        self.pool = pool
    }

    func run<T: Sendable>(_ body: @escaping @Sendable (RootArchive) throws -> T) async throws -> T {
        try await pool.runIfActive { try self.archive.withLock { try body($0) } }
    }

    /// Runs a step until it says that it was the last one; ends early where the task is cancelled.
    /// - Parameter progress: is told how many bytes of the packed archive were used.
    func steps(
        _ step: @escaping @Sendable (RootArchive) throws -> Bool, progress: (UInt64) -> Void
    ) async throws {
        while let consumed = try await run({ try step($0) ? $0.consumed : nil }) {
            progress(consumed)
            try Task.checkCancellation()
        }
    }
}

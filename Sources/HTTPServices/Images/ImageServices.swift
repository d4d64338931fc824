import ImageFormat
package import ImageStore
package import Signing
package import UserAPI

/// What the image service consists of, on one image store.
package struct ImageServices: Sendable {
    package let catalog: ImageCatalog
    package let tasks: TaskService
    package let uploads: UploadDesk
    package let imports: ImportDesk
    let shares: ShareDesk
    let credentials: CredentialDesk
    let exports: ExportDesk
    let regions: RegionRoutes

    /// - Parameters:
    ///   - leases: the importer's.
    ///   - guarded: makes the clients of object storages.
    ///   - secrets: seals their keys.
    ///   - keys: the installation's own.
    ///   - spool: the importer's; what a former process left in it is removed.
    ///   - uploadDirectory: where unfinished uploads lie.
    ///   - limits: the importer's.
    ///   - width: how many tasks run at once; of one account one less.
    ///   - waitingLimit: how many tasks of one account may wait.
    ///   - sweepPatience: how long a removal waits until its chunks are gone before it is answered.
    ///   - pause: waits, as `Task.sleep(for:)` does.
    package init(
        provisioner: Provisioner, chunks: any ChunkStore, manifests: any ManifestStore, leases: ChunkLeases,
        importer: ImageImporter, guarded: GuardedClient, secrets: SecretBox,
        keys: @escaping @Sendable () -> InstallationKeyList, spool: SpoolDirectory, uploadDirectory: String,
        limits: ImportLimits = ImportLimits(), width: Int = 3, waitingLimit: Int = 64,
        sweepPatience: Duration = .seconds(10),
        pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) throws {
        try spool.empty()
        catalog = ImageCatalog(
            provisioner: provisioner, chunks: chunks, manifests: manifests, leases: leases,
            sweepPatience: sweepPatience)
        uploads = UploadDesk(provisioner: provisioner, directory: uploadDirectory, limit: limits.maximumSourceSize)
        let regions = RegionDesk(provisioner: provisioner, secrets: secrets)
        credentials = CredentialDesk(provisioner: provisioner, secrets: secrets, guarded: guarded)
        let performers: [any TaskPerforming] = [
            ImportPerformer(
                provisioner: provisioner, importer: importer, catalog: catalog, uploads: uploads,
                credentials: credentials, regions: regions, spool: spool, limits: limits,
                trusted: { TrustedKeys(text: keys().trustedKeys) ?? TrustedKeys([]) }),
            CopyPerformer(provisioner: provisioner, regions: regions, activeKey: { keys().activeKey }),
            ExportPerformer(
                provisioner: provisioner, chunks: chunks, manifests: manifests, credentials: credentials, spool: spool,
                limits: limits, pause: pause),
            CheckPerformer(
                provisioner: provisioner,
                check: StoreCheck(chunks: chunks, manifests: manifests, leases: leases)),
        ]
        tasks = TaskService(
            provisioner: provisioner, performers: performers, width: width, waitingLimit: waitingLimit)
        imports = ImportDesk(
            provisioner: provisioner, tasks: tasks, uploads: uploads, credentials: credentials, regions: regions)
        exports = ExportDesk(provisioner: provisioner, tasks: tasks, credentials: credentials)
        shares = ShareDesk(provisioner: provisioner)
        self.regions = RegionRoutes(
            provisioner: provisioner, regions: regions,
            copies: CopyDesk(provisioner: provisioner, tasks: tasks, regions: regions), chunks: chunks,
            manifests: manifests, keys: keys)
    }

    /// Ends what is overdue: shares, uploads.
    package func endOverdue() async throws {
        try await shares.endExpired()
        try await uploads.removeExpired()
    }
}

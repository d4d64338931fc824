import BootPolicy
import BootServices
import FoundationEssentials
import Glibc
import HTTPServices
import Hummingbird
import ImageStore
import Logging
import NetworkTypes
import NIOCore
import ServiceLifecycle
import Signing
import StageArchive
import Store
import UnixSignals
import UserAPI

/// The object graph of `ingot serve`.
struct Server {
    let configuration: ServerConfiguration
    let networks: [BootNetwork]
    let files: InstalledFiles
    let warnings: [String]
    let log = Logger(label: "ingot")

    /// Serves until SIGTERM or SIGINT.
    func run() async throws {
        let data = DataDirectory(path: configuration.data)
        let keys = try InstallationKeys(directory: data.keys, now: Date())
        let store = try Store(path: data.database)
        let chunks = try DirectoryChunkStore(path: data.chunks)
        let manifests = try DirectoryManifestStore(path: data.manifests)
        let provisioner = Provisioner(
            store: store, documents: keys, receipts: keys, seeds: SeedRenderer(), serverVersion: serverVersion,
            clock: { Int64(time(nil)) }, log: Logger(label: "provisioner"))
        try await AdminToken.ensure(at: data.adminToken, provisioner: provisioner)
        let imports = try importService(
            data: data, provisioner: provisioner, chunks: chunks, manifests: manifests)
        let dhcp = DHCPService(
            interfaces: networks.map { DHCPInterface(name: $0.interface, address: $0.address) },
            plans: configuration.dhcp.plans, store: StoredLeases(store: store),
            bootFiles: BootFilePolicy(
                manifest: files.manifest, httpPort: configuration.httpPort, preferred: configuration.dhcp.uefiLoader),
            probe: configuration.dhcp.probe, logger: Logger(label: "dhcp"))
        let tftp = TFTPService(
            addresses: networks.map(\.address), port: configuration.tftpPort,
            files: BootFileDirectory(root: configuration.bootFiles, manifest: files.manifest),
            log: Logger(label: "tftp"))
        let boot = BootListener(
            provisioner: provisioner, scripts: files.scripts, bootFiles: files.bootFiles,
            stageFiles: try stageFiles(keys: keys, data: data), chunks: chunks, manifests: manifests)
        let user = UserListener(
            provisioner: provisioner, settings: SeedRenderer(),
            facts: Facts(
                networks: networks, dhcp: dhcp, dataPath: configuration.data, configurationWarnings: warnings),
            imports: imports)

        var services: [any Service] = [imports, dhcp, tftp, Housekeeping(provisioner: provisioner, log: log)]
        for network in networks {
            services.append(
                application(boot.router(), address: network.address.description, port: configuration.httpPort, "boot"))
        }
        services.append(
            application(user.router(), address: configuration.api.address, port: configuration.api.port, "api"))
        for warning in warnings { log.warning("\(warning)") }
        var group = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: Logger(label: "services"))
        // What still runs then, such as an upload, is cut off, well before systemd kills the server.
        group.maximumGracefulShutdownDuration = .seconds(20)
        do {
            try await ServiceGroup(configuration: group).run()
        } catch is CancellationError {
            log.info("the server has ended")
        }
        try store.close()
    }

    private func importService(
        data: DataDirectory, provisioner: Provisioner, chunks: any ChunkStore, manifests: any ManifestStore
    ) throws -> ImportService {
        let leases = ChunkLeases()
        return try ImportService(
            provisioner: provisioner,
            importer: ImageImporter(
                chunks: chunks, manifests: manifests, leases: leases, inspector: DiskInspector(),
                spoolDirectory: data.spool),
            catalog: ImageCatalog(
                provisioner: provisioner, sweep: ChunkSweep(chunks: chunks, manifests: manifests, leases: leases)),
            spool: SpoolDirectory(path: data.spool))
    }

    /// The stage's files with the site archive, which is written anew at each start.
    private func stageFiles(keys: InstallationKeys, data: DataDirectory) throws -> [String: String] {
        let site = data.path + "/site.cpio"
        let bytes = SiteArchive.bytes(trustedKeys: keys.trustedKeys, caPEM: keys.caPEM)
        try Data(bytes).write(to: URL(filePath: site), options: .atomic)
        return files.stage.merging(["site": site]) { $1 }
    }

    private func application(
        _ router: Router<IngotContext>, address: String, port: Int, _ name: String
    ) -> any Service {
        Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname(address, port: port), serverName: nil),
            logger: Logger(label: name))
    }
}

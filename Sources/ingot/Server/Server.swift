import AgentProtocol
import AsyncHTTPClient
import BootPolicy
import BootScripts
import BootServices
import BootTimeline
import FoundationEssentials
import Glibc
import HTTPServices
import Hummingbird
import ImageFormat
import ImageStore
import LinuxSystem
import Logging
import NetworkTypes
import NIOCore
import PacketCapture
import ServiceLifecycle
import Signing
import StageArchive
import Store
import UnixSignals
import UserAPI

/// The object graph of `ingot serve`.
struct Server {
    let checked: CheckedConfiguration
    /// The configuration's file, which is read again at a reload.
    let path: String
    let threshold: LogThreshold
    let log = Logger(label: "ingot")

    private var configuration: ServerConfiguration { checked.configuration }
    private var networks: [BootNetwork] { checked.networks }
    private var files: InstalledFiles { checked.files }

    /// Serves until SIGTERM or SIGINT.
    func run() async throws {
        try await HTTPClient.withHTTPClient(configuration: .givingUp()) { try await serve(storage: $0) }
    }

    /// - Parameter storage: asks the object storage of the chunks, where there is one.
    private func serve(storage: HTTPClient) async throws {
        // From here on a SIGHUP does not end the process.
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        let data = DataDirectory(path: configuration.data)
        let keys = try InstallationKeys(directory: data.keys, now: Date())
        let store = try Store(path: data.database)
        let chunks = try chunkStore(
            data, storage,
            owner: ChunkOwner(active: keys.activeKey, keys: Set(keys.trustedKeys.ids)) {
                try await store.read { try !$0.revisions().isEmpty }
            })
        let manifests = try DirectoryManifestStore(path: data.manifests)
        let known = KnownHosts()
        try await known.load(from: store)
        let recorder = TimelineRecorder(
            store: store, isKnown: { known.knowledge(of: $0) != nil }, log: Logger(label: "timeline"))
        let provisioner = Provisioner(
            store: store, documents: keys, receipts: keys, seeds: SeedRenderer(), serverVersion: serverVersion,
            clock: { Int64(time(nil)) }, observer: recorder, milliseconds: { systemMilliseconds() },
            log: Logger(label: "provisioner"))
        try await AdminToken.ensure(at: data.adminToken, provisioner: provisioner)
        let live = LiveConfiguration(checked)
        let images = try imageServices(
            data: data, keys: keys, provisioner: provisioner, chunks: chunks, manifests: manifests, live: live)
        let meter = Meter(
            store: store, wall: { Int64(time(nil)) }, uptime: { Int64(Machine().uptime) }, log: Logger(label: "meter"))
        try await store.write { try $0.forgetUnendedRepeatables() }
        let loaders = LoaderChooser(
            policy: configuration.loaderPolicy(files.manifest, port: configuration.httpPort, files.loaderRules),
            knowledge: { known.knowledge(of: $0) }, observer: recorder,
            milliseconds: { systemMilliseconds() })
        let gate = ForeignServerGate()
        let placements = PlacementRecorder(log: Logger(label: "placement")) { try await provisioner.place($0) }
        let dhcp = DHCPService(
            interfaces: networks.map(\.dhcpInterface), ports: configuration.dhcp.ports, plans: configuration.dhcp.plans,
            placements: configuration.dhcp.placements, store: StoredLeases(store: store), bootFiles: loaders,
            probe: configuration.dhcp.probe, placed: { placements.record($0, $1) }, gate: gate, observer: recorder,
            logger: Logger(label: "dhcp"))
        let watches = networks.map { watch($0, gate: gate, live: live, observer: recorder) }
        let reservations = ReservationDesk(
            provisioner: provisioner, configured: configuration.dhcp.plans,
            serverAddresses: Set(networks.map(\.address)), apply: { await dhcp.replan($0) })
        try await reservations.begin()
        let reload = ConfigurationReload(
            path: path, hangups: hangups, live: live, dhcp: dhcp, loaders: loaders, reservations: reservations,
            threshold: threshold)
        let scripts = HostScripts(
            provisioner: provisioner, ipxe: files.scripts, grub: files.grubScripts,
            localBoot: { live.checked.files.loaderRules.localBoot(for: known.knowledge(of: $0)?.model) },
            asked: { loaders.progressed($0) }, observer: recorder, milliseconds: { systemMilliseconds() },
            log: Logger(label: "scripts"))
        let stage = try stageFiles(keys: keys, data: data)
        let tftp = TFTPService(
            addresses: networks.map(\.address), port: configuration.tftpPort,
            files: try tftpFiles(scripts: scripts, stage: stage), observer: recorder,
            macOf: { await dhcp.holder(of: $0) }, log: Logger(label: "tftp"))
        let boot = BootListener(
            provisioner: provisioner, scripts: scripts,
            greeted: { greeting in
                known.note(greeting.inventory)
                loaders.progressed(greeting.bootMAC)
            },
            transfers: HTTPTransferObserver(
                observer: recorder, macOf: { await dhcp.holder(of: $0) }, now: { systemMilliseconds() }),
            bootFiles: files.bootFiles, stageFiles: stage, chunks: chunks, manifests: manifests)
        let rings = PacketRings()
        let facts = Facts(
            networks: networks, dhcp: dhcp, watches: watches, reservations: reservations, live: live,
            dataPath: configuration.data)
        let user = UserListener(
            provisioner: provisioner, settings: SeedRenderer(), facts: facts, images: images,
            usage: UsageDesk(
                provisioner: provisioner, meter: meter, price: { live.checked.configuration.metering.price }),
            controls: ServerControls(leases: facts, reservations: reservations, configuration: reload),
            recorder: recorder, captures: Captures(rings: rings))

        var services: [any Service] = [
            recorder, placements, images.tasks, meter, dhcp, tftp, reload,
            Housekeeping(provisioner: provisioner, images: images, log: log),
        ]
        for watch in watches { services.append(watch) }
        for (network, watch) in zip(networks, watches) {
            services.append(capture(network, of: recorder, into: rings, for: watch))
            services.append(
                application(
                    boot.router(), ready: boot.ready, address: network.address.description,
                    port: configuration.httpPort,
                    "boot"))
        }
        services.append(
            application(
                user.router(), address: configuration.api.address, port: configuration.api.port, "api",
                limits: ListenerLimits(unsent: 128 << 10)))
        for warning in await checked.warnings + reservations.conflicts { log.warning("\(warning)") }
        if let gap = ToolRun.gap { log.warning("\(gap)") }
        var group = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: Logger(label: "services"))
        // What still runs then, such as an upload, is cut off, well before systemd kills the server.
        group.maximumGracefulShutdownDuration = .seconds(20)
        do {
            try await ServiceGroup(configuration: group).run()
        } catch is CancellationError {
            // What still ran was cut off.
        }
        log.info("the server has ended")
        try store.close()
    }

    /// Chunks in the data directory, or in an object storage.
    private func chunkStore(
        _ data: DataDirectory, _ storage: HTTPClient, owner: ChunkOwner
    ) throws -> any ChunkStore {
        guard let bucket = configuration.images.objectStorage else {
            return try DirectoryChunkStore(path: data.chunks)
        }
        return try bucket.store(cache: data.chunkCache, http: storage, owner: owner, clock: { Int64(time(nil)) })
    }

    private func imageServices(
        data: DataDirectory, keys: InstallationKeys, provisioner: Provisioner, chunks: any ChunkStore,
        manifests: any ManifestStore, live: LiveConfiguration
    ) throws -> ImageServices {
        let leases = ChunkLeases()
        let guarded = GuardedClient(policy: { live.checked.downloads })
        return try ImageServices(
            provisioner: provisioner, chunks: chunks, manifests: manifests, leases: leases,
            importer: ImageImporter(
                chunks: chunks, manifests: manifests, leases: leases, inspector: DiskInspector(),
                spoolDirectory: data.spool, guarded: guarded),
            guarded: guarded, secrets: SecretBox(directory: data.keys),
            keys: { InstallationKeyList(trustedKeys: keys.trustedKeys.text, activeKey: keys.activeKey) },
            spool: SpoolDirectory(path: data.spool), uploadDirectory: data.uploads)
    }

    /// Looks for other DHCP servers on a boot network.
    private func watch(
        _ network: BootNetwork, gate: ForeignServerGate, live: LiveConfiguration, observer: any BootObserving
    ) -> ForeignServerWatch {
        ForeignServerWatch(
            interface: network.dhcpInterface, ownAddresses: Set(networks.map(\.address)), gate: gate,
            rules: { live.foreignServerRules(on: $0) }, observer: observer, now: { systemMilliseconds() },
            logger: Logger(label: "dhcp"))
    }

    /// Keeps the newest packets of the hosts on a boot network, and tells what other DHCP servers say there.
    private func capture(
        _ network: BootNetwork, of recorder: TimelineRecorder, into rings: PacketRings, for watch: ForeignServerWatch
    ) -> PacketCaptureService {
        let port = configuration.httpPort
        return PacketCaptureService(
            rings: rings, follows: { recorder.follows($0) }, heard: { watch.overhear($0, from: $1) },
            log: Logger(label: "capture")
        ) {
            try PacketSource.open(interface: network.interface, httpPort: port)
        }
    }

    /// The stage's files with the site archive, which is written anew at each start.
    private func stageFiles(keys: InstallationKeys, data: DataDirectory) throws -> [String: String] {
        let site = data.path + "/site.cpio"
        let bytes = SiteArchive.bytes(trustedKeys: keys.trustedKeys, caPEM: keys.caPEM)
        try Data(bytes).write(to: URL(filePath: site), options: .atomic)
        return files.stage.merging(["site": site]) { $1 }
    }

    /// Boot files, and what a GRUB reads that came over TFTP: its scripts and the stage.
    private func tftpFiles(scripts: HostScripts, stage: [String: String]) throws -> BootFileCatalogue {
        let port = configuration.httpPort
        let named = Dictionary(uniqueKeysWithValues: stage.map { ("stage/\($0.key)", $0.value) })
        return BootFileCatalogue([
            BootFileDirectory(root: configuration.bootFiles, manifest: files.manifest),
            GRUBFiles(configuration: try files.grubScripts.main()) { mac, server in
                try await scripts.script(for: mac, loader: .grub, baseURL: "http://\(server):\(port)")
            },
            BootFileDirectory(paths: named, limit: 1 << 30),
        ])
    }

    private func application(
        _ router: Router<IngotContext>, ready: ReadyAnswers? = nil, address: String, port: Int, _ name: String,
        limits: ListenerLimits = ListenerLimits()
    ) -> any Service {
        limits.application(router, ready: ready, address: address, port: port, log: Logger(label: name))
    }
}

import BootPolicy
import BootServices
import HTTPServices
import Logging
import ServiceLifecycle
import Synchronization
import UnixSignals
import UserAPI

/// Exchanges the configuration while the server runs: at SIGHUP, and when the user API asks for it. All of the new file
/// is checked before any of it is put in force.
final class ConfigurationReload: Service, ConfigurationReloading {
    private let path: String
    /// What the server was started with: a restart is needed for what differs from it and cannot change.
    private let started: ServerConfiguration
    /// Of the boot files that are served.
    private let manifest: BootFileManifest
    private let hangups: UnixSignalsSequence
    private let live: LiveConfiguration
    private let dhcp: DHCPService
    private let loaders: LoaderChooser
    private let reservations: ReservationDesk
    private let threshold: LogThreshold
    private let log = Logger(label: "reload")
    private let isReloading = Mutex(false)

    /// - Parameters:
    ///   - path: the configuration's file.
    ///   - hangups: SIGHUP, trapped since the server's start.
    init(
        path: String, hangups: UnixSignalsSequence, live: LiveConfiguration, dhcp: DHCPService, loaders: LoaderChooser,
        reservations: ReservationDesk, threshold: LogThreshold
    ) {
        self.path = path
        started = live.checked.configuration
        manifest = live.checked.files.manifest
        self.hangups = hangups
        self.live = live
        self.dhcp = dhcp
        self.loaders = loaders
        self.reservations = reservations
        self.threshold = threshold
    }

    /// Reloads at each SIGHUP.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in self.hangups {
                // One that is under way may have read the file before it was changed.
                while !self.begin() { try? await Task.sleep(for: .milliseconds(50)) }
                do {
                    _ = try await self.reloadBegun()
                } catch {
                    self.log.error("the configuration stays as it is: \(error)")
                }
            }
        }
    }

    func reload() async throws -> ReloadReport {
        guard begin() else { throw ProvisioningError(.conflict, "the configuration is being reloaded already") }
        return try await reloadBegun()
    }

    /// False where another reload is under way.
    private func begin() -> Bool {
        isReloading.withLock { isReloading in
            defer { isReloading = true }
            return !isReloading
        }
    }

    private func reloadBegun() async throws -> ReloadReport {
        defer { isReloading.withLock { $0 = false } }
        let checked: CheckedConfiguration
        do {
            checked = try CheckedConfiguration(path: path)
        } catch {
            throw ProvisioningError(.invalid, "\(error)")
        }
        if let name = checked.files.loaderRules.unknownLoader(in: manifest) {
            throw ProvisioningError(.invalid, "loader: '\(name)' is served after a restart only: bootFiles has changed")
        }
        try await apply(checked)
        let report = ReloadReport(
            warnings: await checked.warnings + reservations.conflicts,
            needsRestart: checked.configuration.keysThatNeedRestart(started))
        log.notice("the configuration \(path) is in force")
        for warning in report.warnings { log.warning("\(warning)") }
        for key in report.needsRestart { log.warning("\(key) has changed, which needs a restart") }
        return report
    }

    /// Only the first step can fail; nothing has changed then.
    private func apply(_ checked: CheckedConfiguration) async throws {
        let configuration = checked.configuration
        try await reservations.configure(configuration.dhcp.plans)
        await dhcp.use(configuration.dhcp.placements)
        loaders.use(configuration.loaderPolicy(manifest, port: started.httpPort, checked.files.loaderRules))
        threshold.level = configuration.logLevel
        live.checked = checked
    }
}

package import BootScripts
package import BootTimeline
package import Logging
package import NetworkTypes

/// The scripts of hosts, for every kind of loader and whatever they come over: decided by the host's state alone.
package struct HostScripts: Sendable {
    private let provisioner: Provisioner
    private let ipxe: any BootScriptRendering
    private let grub: any BootScriptRendering
    private let localBoot: @Sendable (MACAddress) -> LocalBoot
    private let asked: @Sendable (MACAddress) -> Void
    private let observer: any BootObserving
    private let milliseconds: @Sendable () -> Int64
    private let log: Logger

    /// - Parameters:
    ///   - localBoot: how the host with a MAC address starts its own disk.
    ///   - asked: is told of every loader that came as far as asking.
    ///   - milliseconds: since 1970.
    package init(
        provisioner: Provisioner, ipxe: any BootScriptRendering, grub: any BootScriptRendering,
        localBoot: @escaping @Sendable (MACAddress) -> LocalBoot, asked: @escaping @Sendable (MACAddress) -> Void,
        observer: any BootObserving, milliseconds: @escaping @Sendable () -> Int64, log: Logger
    ) {
        self.provisioner = provisioner
        self.ipxe = ipxe
        self.grub = grub
        self.localBoot = localBoot
        self.asked = asked
        self.observer = observer
        self.milliseconds = milliseconds
        self.log = log
    }

    /// The script for the loader of a host. Whatever goes wrong ends at the host's own disk, never in a write.
    /// - Parameter baseURL: where the host finds us, `http://HOST:PORT`.
    /// - Throws: where not even that can be rendered.
    package func script(
        for mac: MACAddress, loader: ScriptRecord.Loader, baseURL: String
    ) async throws -> String {
        asked(mac)
        let renderer =
            switch loader {
            case .ipxe: ipxe
            case .grub: grub
            }
        let localBoot = localBoot(mac)
        do {
            switch try await provisioner.bootPlan(mac: mac) {
            case .stage(let token):
                let text = try renderer.stage(baseURL: baseURL, mac: mac, token: token, localBoot: localBoot)
                note(.stage, loader, mac)
                return text
            case .localDisk:
                let text = try renderer.localDisk(localBoot: localBoot)
                note(.localDisk, loader, mac)
                return text
            }
        } catch {
            log.error("no script for \(mac) (\(loader.rawValue)): \(error)")
            note(.failure, loader, mac)
            return try renderer.failure("the server could not decide; its log has the cause", localBoot: localBoot)
        }
    }

    private func note(_ plan: ScriptRecord.Plan, _ loader: ScriptRecord.Loader, _ mac: MACAddress) {
        log.info("script for \(mac) (\(loader.rawValue)): \(plan.rawValue)")
        observer.record(
            BootEvent(
                at: milliseconds(), mac: mac, occurrence: .script(ScriptRecord(loader: loader, plan: plan))))
    }
}

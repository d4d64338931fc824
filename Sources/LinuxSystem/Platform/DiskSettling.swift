/// Tells when the disks of a machine have all come up behind their controllers.
package struct DiskSettling: Sendable {
    private let tree: SystemTree

    package init(tree: SystemTree = SystemTree()) { self.tree = tree }

    /// Waits until no NVMe controller is still starting and the set of disks has not changed for `quiet`, at most for
    /// `timeout`.
    package func wait(
        quiet: Duration = .milliseconds(400), timeout: Duration = .seconds(60),
        clock: some Clock<Duration> = ContinuousClock()
    ) async throws {
        let deadline = clock.now.advanced(by: timeout)
        var disks = disks
        var since = clock.now
        while clock.now < deadline {
            let now = self.disks
            if now != disks || isStarting { (disks, since) = (now, clock.now) }
            if since.duration(to: clock.now) >= quiet { return }
            try await clock.sleep(for: .milliseconds(50))
        }
    }

    /// Names of everything below `/sys/block`.
    package var disks: [String] { tree.names(in: "/sys/block") }

    /// True while an NVMe controller is on its way to `live` (drivers/nvme/host/nvme.h).
    package var isStarting: Bool {
        tree.names(in: "/sys/class/nvme").contains { name in
            ["new", "resetting", "connecting"].contains(tree.text("/sys/class/nvme/\(name)/state") ?? "")
        }
    }
}

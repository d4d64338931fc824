/// How a stage ends: always with a reboot, which brings the host back to the server or to its own disk.
package struct StageEnd: Hashable, Sendable {
    /// For the console.
    package var reason: String
    /// Whether somebody should have the time to read the reason.
    package var isFailure: Bool

    package init(reason: String, isFailure: Bool) {
        self.reason = reason
        self.isFailure = isFailure
    }

    /// The agent's exit status, which tells its supervisor.
    package var exitStatus: Int32 { isFailure ? SupervisorAction.failureStatus : 0 }
}

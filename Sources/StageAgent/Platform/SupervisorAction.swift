/// What PID 1 does when a process has ended.
package enum SupervisorAction: Hashable, Sendable {
    /// An orphan of the agent's tools: nothing more is to be done.
    case carryOn
    /// Start the machine again after `delay` seconds, in which `message` can be read.
    case reboot(delay: UInt32, message: String)

    /// The agent's exit status where it gives up.
    package static let failureStatus: Int32 = 1

    /// Decides on a process that ended with a status as waitpid(2) gives it. The machine never stays up without its
    /// agent: the reboot brings the host back to the server, which bounds the attempts.
    package static func afterDeath(of pid: Int32, status: Int32, agent: Int32) -> SupervisorAction {
        guard pid == agent else { return .carryOn }
        let signal = status & 0x7F
        let exitStatus = (status >> 8) & 0xFF
        if signal != 0 { return .reboot(delay: 30, message: "the agent died of signal \(signal)") }
        if exitStatus == 0 { return .reboot(delay: 0, message: "the agent is done") }
        return .reboot(delay: 30, message: "the agent gave up (status \(exitStatus))")
    }
}

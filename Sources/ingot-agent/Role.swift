/// What this program is started as: the stage has no other.
enum Role: Equatable {
    /// PID 1.
    case supervisor
    /// PID 1's child, which does the work.
    case agent
    /// `/sbin/modprobe`, which the kernel runs for file systems and checksums.
    case modprobe(names: [String])
    /// `ingot-agent deploy …` on a running system.
    case native(arguments: [String])
    /// Started by somebody on a machine that is no stage.
    case none

    static let agentArgument = "ingot-agent-of-the-stage"

    init(arguments: [String], isFirstProcess: Bool) {
        let program = arguments.first?.split(separator: "/").last ?? ""
        if program == "modprobe" {
            // `modprobe -q -- NAME`
            self = .modprobe(names: arguments.dropFirst().filter { !$0.hasPrefix("-") })
        } else if isFirstProcess {
            self = .supervisor
        } else if program == Self.agentArgument {
            self = .agent
        } else if arguments.dropFirst().first == "deploy" {
            self = .native(arguments: Array(arguments.dropFirst(2)))
        } else {
            self = .none
        }
    }
}

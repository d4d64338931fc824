import Glibc
import LinuxSystem
import StageAgent

/// PID 1 of the stage. It starts the agent, reaps every process and never does more, because whatever ends PID 1 panics
/// the kernel. It installs no signal handlers: the kernel gives PID 1 no signal that it does not handle.
enum Supervisor {
    /// Runs until the machine starts again.
    static func run() -> Never {
        guard let agent = startAgent() else {
            reboot(delay: 30, message: "the agent could not be started: \(String(cString: strerror(errno)))")
        }
        while true {
            var status: Int32 = 0
            let pid = waitpid(-1, &status, 0)
            guard pid > 0 else {
                // Without a child there is no agent any more; a signal only interrupts.
                if errno == ECHILD { reboot(delay: 30, message: "the agent is gone") }
                continue
            }
            switch SupervisorAction.afterDeath(of: pid, status: status, agent: agent) {
            case .carryOn: continue
            case .reboot(let delay, let message): reboot(delay: delay, message: message)
            }
        }
    }

    private static func startAgent() -> pid_t? {
        var pid: pid_t = 0
        let environment = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "MALLOC_ARENA_MAX=2"]
        let result = withCStrings([Role.agentArgument]) { agent in
            withCStrings(environment) { environment in
                posix_spawn(&pid, "/proc/self/exe", nil, nil, agent, environment)
            }
        }
        if result != 0 { errno = result }
        return result == 0 ? pid : nil
    }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers = strings.map { strdup($0) }
        defer { pointers.forEach { free($0) } }
        pointers.append(nil)
        return body(&pointers)
    }

    private static func reboot(delay: UInt32, message: String) -> Never {
        let console = StageConsole()
        console.line(delay == 0 ? "ingot: \(message), rebooting" : "ingot: \(message), rebooting in \(delay) s")
        sleep(delay)
        Machine.reboot()
        console.line("ingot: the kernel refuses to reboot: switch this host off and on")
        while true { pause() }
    }
}

import Glibc
import NetworkTestSupport

/// Debian's dnsmasq on one side of a test network, without DNS, as DHCP server or relay agent.
///
/// It is no `Process` of Foundation: that one learns from a descriptor of the child that it has ended, and dnsmasq closes
/// all that it inherits.
final class DnsmasqProcess {
    struct Failure: Error { var code: Int32 }

    private var pid: pid_t = 0

    convenience init(in network: TestNetwork, on side: TestNetwork.Side, _ arguments: String...) throws {
        try self.init(in: network, on: side, arguments)
    }

    init(in network: TestNetwork, on side: TestNetwork.Side, _ arguments: [String]) throws {
        let words =
            [
                "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--pid-file=", "--user=root", "--port=0",
                "--leasefile-ro", "--no-ping", "--log-facility=/dev/null",
            ] + arguments
        var argv = words.map { strdup($0) } + [nil]
        defer { for word in argv { free(word) } }
        // A child has the network namespace of the thread that starts it.
        let code = try network.inside(side) { posix_spawn(&pid, "/usr/sbin/dnsmasq", nil, nil, &argv, environ) }
        guard code == 0 else { throw Failure(code: code) }
    }

    /// Ends it, and returns when it has ended. It would not hear a signal that can be blocked: it has the signal mask of
    /// the pool's thread that started it.
    func stop() {
        guard pid > 0 else { return }
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
        pid = 0
    }
}

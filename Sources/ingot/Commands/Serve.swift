import ArgumentParser
import LinuxSystem
import Logging

/// `ingot serve`
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs the server.",
        discussion: """
            Serves DHCP, TFTP and HTTP on the boot networks' interfaces, and the user API on its own listener. Needs root \
            or CAP_NET_BIND_SERVICE, CAP_NET_RAW and CAP_NET_ADMIN. It may be killed at any moment, and goes on where it \
            was. SIGHUP makes it read its configuration again, as `ingot reload` does.
            The systemd unit lets it write below /var/lib/ingot only, and hides /home, /root and /tmp from it: \
            `systemctl edit ingot` is the place to allow more.
            """)

    @Option(help: "The configuration file.") var config = "/etc/ingot/ingot.yaml"
    @Flag(help: "Only check the configuration and everything that it names; exit status 0 if all is well.")
    var check = false

    func run() async throws {
        let checked = try CheckedConfiguration(path: config)
        if check {
            for warning in checked.warnings { print("warning: \(warning)") }
            for network in checked.networks { print("\(network.interface): \(network.address) in \(network.subnet)") }
            print("\(config) is right")
            return
        }
        let threshold = LogThreshold(checked.configuration.logLevel)
        LoggingSystem.bootstrap { ThresholdLogHandler(label: $0, threshold: threshold) }
        FreedMemory.keep()
        let lock = try DataDirectory(path: checked.configuration.data).claim()
        try await Server(checked: checked, path: config, threshold: threshold).run()
        _ = consume lock
    }
}

import ArgumentParser
import LinuxSystem
import Logging

/// `ingot serve`
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs the server.",
        discussion: """
            Serves DHCP, TFTP and HTTP on the boot networks' interfaces, and the user API on its own listener. Needs root \
            or CAP_NET_BIND_SERVICE, CAP_NET_RAW and CAP_NET_ADMIN. It may be killed at any moment, and goes on where it was.
            The systemd unit lets it write below /var/lib/ingot only, and hides /home, /root and /tmp from it: \
            `systemctl edit ingot` is the place to allow more.
            """)

    @Option(help: "The configuration file.") var config = "/etc/ingot/ingot.yaml"
    @Flag(help: "Only check the configuration and everything that it names; exit status 0 if all is well.")
    var check = false

    func run() async throws {
        let configuration = try ServerConfiguration.load(config)
        let networks = try BootNetwork.find(configuration.interfaces)
        let files = try InstalledFiles(configuration)
        let warnings = configuration.warnings(networks: networks)
        if check {
            for warning in warnings { print("warning: \(warning)") }
            for network in networks { print("\(network.interface): \(network.address) in \(network.subnet)") }
            print("\(config) is right")
            return
        }
        let level = Logger.Level(rawValue: configuration.log) ?? .info
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
        FreedMemory.keep()
        let lock = try DataDirectory(path: configuration.data).claim()
        try await Server(configuration: configuration, networks: networks, files: files, warnings: warnings).run()
        _ = consume lock
    }
}

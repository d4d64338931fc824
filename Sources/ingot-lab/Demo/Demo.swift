import ArgumentParser
import UnixSignals
import VirtualRack

/// `ingot-lab demo`
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Deploys an image onto a bare virtual host, from power-on to the installed system's own answer.",
        discussion: """
            Makes a rack with one UEFI host whose disk is blank, serves it with `ingot serve`, imports the image, lets the \
            host boot from the network, accepts and deploys it, and asks the installed system over ssh who it is. \
            Exit status 0 only if all of that went right. Nothing remains afterwards.
            """)

    @OptionGroup var parts: DemoParts
    @Option(help: "The rack's name.") var name = "demo"
    @Option(help: "bios, uefi, uefi-http or uefi-secure-boot.") var firmware = Firmware.uefi
    @Option(help: "The host's memory in MiB.") var memory = 1024
    @Option(help: "The size of the host's disk.") var disk = ByteCount(bytes: 16 << 30)
    @Option(help: "The most that all of it may take, in minutes.") var timeout = 30
    @OptionGroup var location: BaseOption

    func run() async throws {
        try parts.check()
        let configuration = RackConfiguration(
            name: name,
            hosts: [
                HostConfiguration(
                    name: "node1", firmware: firmware, disks: [DiskConfiguration(size: disk.bytes)], memory: memory)
            ])
        let parts = parts
        let base = location.base
        let limit = Duration.seconds(timeout * 60)
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await Rack.with(configuration, base: base) { rack in
                    try await DemoRun(rack: rack, parts: parts).run()
                }
            }
            group.addTask {
                for await signal in signals { throw RackError("ended by \(signal)") }
            }
            group.addTask {
                try await Task.sleep(for: limit)
                throw RackError("not done after \(limit)")
            }
            // The first to end decides; the rack is removed before the group is left.
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}

extension Firmware: ExpressibleByArgument {}

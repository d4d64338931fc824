import ArgumentParser
import Glibc
import VirtualRack

/// `ingot-lab console`
struct Console: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows a host's serial port and types into it.", discussion: "Ctrl-] leaves it.")

    @OptionGroup var host: HostOptions
    @Flag(help: "Print what the serial port said so far, and end.") var log = false

    func run() async throws {
        let host = try host.open()
        if log { return print(host.serialText(), terminator: "") }
        try SerialConsole(socket: host.consoleSocket).interact()
    }
}

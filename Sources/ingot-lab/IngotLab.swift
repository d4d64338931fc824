import ArgumentParser

/// The virtual rack's command line.
@main
struct IngotLab: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingot-lab",
        abstract: "Virtual racks for Ingot: bare-metal hosts of QEMU in a network namespace. Needs root.",
        subcommands: [
            Up.self, Down.self, List.self, Power.self, Pause.self, Resume.self, Console.self, Run.self, Demo.self,
        ])
}

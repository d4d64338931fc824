import ArgumentParser
import VirtualRack

/// `ingot-lab down`
struct Down: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Removes a rack: its hosts, its namespace with every process in it, its disks and logs.")

    @Argument(help: "The rack's name; may be left out where there is only one.") var name: String?
    @Flag(help: "Remove all racks.") var all = false
    @OptionGroup var location: BaseOption

    func run() async throws {
        let names = Rack.names(base: location.base)
        guard all || name != nil || names.count == 1 else {
            throw ValidationError(names.isEmpty ? "there is no rack" : "several racks run: name one, or --all")
        }
        for name in all ? names : [name ?? names[0]] {
            try await Rack.open(name, base: location.base).remove()
            print("rack \(name) is removed")
        }
    }
}

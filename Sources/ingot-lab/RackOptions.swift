import ArgumentParser
import VirtualRack

/// Where racks lie.
struct BaseOption: ParsableArguments {
    @Option(help: "The directory that holds the racks and their disks.")
    var base = RackDirectory.standardBase
}

/// Which rack a command is about.
struct RackOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "The rack's name; may be left out where there is only one.")
    var rack: String?
    @OptionGroup var location: BaseOption

    /// Throws where the name is left out and there is not exactly one rack.
    func open() throws -> Rack {
        if let rack { return try Rack.open(rack, base: location.base) }
        let names = Rack.names(base: location.base)
        guard names.count == 1, let only = names.first else {
            throw ValidationError(
                names.isEmpty
                    ? "there is no rack: make one with `ingot-lab up`" : "several racks run: name one with --rack")
        }
        return try Rack.open(only, base: location.base)
    }
}

/// A host of a rack.
struct HostOptions: ParsableArguments {
    @Argument(help: "The host's name.") var host: String
    @OptionGroup var rack: RackOptions

    func open() throws -> VirtualHost { try rack.open().host(host) }
}

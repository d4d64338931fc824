import ArgumentParser
import NetworkTypes
import VirtualRack

/// `ingot-lab list`
struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists racks and their hosts.")
    @OptionGroup var location: BaseOption

    func run() async throws {
        for name in Rack.names(base: location.base) {
            let rack = try Rack.open(name, base: location.base)
            print("\(name) (namespace \(rack.namespaceName), \(rack.directory.path))")
            for host in rack.hosts {
                let macs = host.macs.map(\.description).joined(separator: ", ")
                print(
                    "  \(host.name): \(try await host.power.rawValue), \(host.configuration.firmware.rawValue), \(macs), "
                        + "serial log \(host.serialLog)")
            }
        }
    }
}

import AgentProtocol
import ArgumentParser
import NetworkTypes
import UserAPI

/// `ingot host …`
struct HostCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "host", abstract: "Lists hosts and decides about them.",
        subcommands: [List.self, Show.self, Accept.self, Protect.self, Remove.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists every host that ever booted from the network.")
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let page: Page<HostSummary> = try await connection.withClient { try await $0.get(APIRoute.hosts) }
            Terminal.table(
                ["NAME", "STATE", "MODEL", "MAC", "DEPLOYMENT", "LAST SEEN"],
                page.items.map { host in
                    [
                        host.name, host.state.rawValue + (host.isProtected ? ", protected" : ""),
                        [host.vendor, host.model].compactMap { $0 }.joined(separator: " "),
                        host.macs.first.map(\.description) ?? "",
                        host.deployment.map { "\($0.image), \($0.state.rawValue)" } ?? "", host.lastSeen.description,
                    ]
                })
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows one host with its hardware.")
        @Argument(help: "The host's name, id or MAC address.") var host: String
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let detail: HostDetail = try await connection.withClient { try await $0.get(APIRoute.host(host)) }
            Self.printSummary(detail)
            if let inventory = detail.inventory { Self.printInventory(inventory) }
        }

        private static func printSummary(_ detail: HostDetail) {
            let host = detail.host
            print("\(host.name) (\(host.id))")
            print("  state      \(host.state.rawValue)\(host.isProtected ? ", protected" : "")")
            print("  model      \([host.vendor, host.model].compactMap { $0 }.joined(separator: " "))")
            print("  UUID       \(host.systemUUID.map(\.description) ?? "unknown")")
            print("  serial     \(host.serial ?? "unknown")")
            print("  address    \(host.address.map(\.description) ?? "none")")
            print("  first seen \(detail.firstSeen)")
            print("  last seen  \(host.lastSeen)")
            if let deployment = host.deployment {
                print("  deployment \(deployment.id): \(deployment.image), \(deployment.state.rawValue)")
            }
        }

        private static func printInventory(_ inventory: Inventory) {
            let secureBoot = inventory.secureBoot.map { $0 ? ", Secure Boot on" : ", Secure Boot off" } ?? ""
            print("  firmware   \(inventory.firmware.rawValue)\(secureBoot)")
            print("  memory     \(Terminal.bytes(inventory.memory)), \(inventory.processors) processors")
            for nic in inventory.nics {
                print("  NIC        \(nic.mac) \(nic.driver ?? "no driver")\(nic.hasLink ? ", link" : ", no link")")
            }
            for disk in inventory.disks {
                let holds = disk.signatures.isEmpty ? "blank" : disk.signatures.joined(separator: ", ")
                print(
                    "  disk       \(disk.identity): \(Terminal.bytes(disk.size)), \(disk.transport.rawValue), "
                        + "\(disk.model ?? "no model"), \(holds)")
            }
        }
    }

    struct Accept: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Accepts a discovered host: orders may be given from now on.")
        @Argument(help: "The host's name, id or MAC address.") var host: String
        @Option(help: "A new name for it.") var name: String?
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let detail: HostDetail = try await connection.withClient {
                try await $0.patch(APIRoute.host(host), HostChange(name: name, isAccepted: true))
            }
            print("\(detail.host.name) is \(detail.host.state.rawValue)")
        }
    }

    struct Protect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Protects a host: it always starts its own disk, and no order is taken for it.")
        @Argument(help: "The host's name, id or MAC address.") var host: String
        @Flag(help: "Lift the protection.") var off = false
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let detail: HostDetail = try await connection.withClient {
                try await $0.patch(APIRoute.host(host), HostChange(isProtected: !off))
            }
            print("\(detail.host.name) is \(detail.host.isProtected ? "protected" : "not protected")")
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forgets a host. It is discovered anew at its next boot from the network.")
        @Argument(help: "The host's name, id or MAC address.") var host: String
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { try await $0.delete(APIRoute.host(host)) }
            print("\(host) is forgotten")
        }
    }
}

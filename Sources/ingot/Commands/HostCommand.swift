import AgentProtocol
import ArgumentParser
import NetworkTypes
import UserAPI

/// `ingot host …`
struct HostCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "host", abstract: "Lists hosts and decides about them.",
        subcommands: [
            List.self, Show.self, Accept.self, Assign.self, Protect.self, Unpark.self, Remove.self, Why.self,
            Timeline.self,
            Capture.self,
        ],
        defaultSubcommand: List.self)

    /// `accepted, protected, parked`
    private static func state(of host: HostSummary) -> String {
        host.state.rawValue + (host.isProtected ? ", protected" : "") + (host.parking == nil ? "" : ", parked")
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists every host that ever booted from the network.")
        @Option(help: "Only the hosts in this rack.") var rack: String?
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let path = rack.map { APIRoute.hostsOfRack($0) } ?? APIRoute.hosts
            let items: [HostSummary] = try await connection.withClient { try await $0.list(path) }
            Terminal.table(
                ["NAME", "STATE", "MODEL", "MAC", "RACK", "UNIT", "PORT", "DEPLOYMENT", "LAST SEEN"],
                items.map(Self.row))
        }

        private static func row(_ host: HostSummary) -> [String] {
            let model = [host.vendor, host.model].compactMap { $0 }.joined(separator: " ")
            let mac = host.macs.first.map(\.description) ?? ""
            let unit = host.placement?.unit.map { "\($0)" } ?? ""
            let deployment = host.deployment.map { "\($0.image), \($0.state.rawValue)" } ?? ""
            return [
                host.name, HostCommand.state(of: host), model, mac, host.placement?.rack ?? "", unit,
                host.placement?.switchPort ?? "", deployment, host.lastSeen.description,
            ]
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
            print("  state      \(HostCommand.state(of: host))")
            if let parking = host.parking { print("  parked     \(parking.since): \(parking.reason)") }
            let model = [host.vendor, host.model].compactMap { $0 }.joined(separator: " ")
            print("  model      \(Terminal.printable(model))")
            print("  UUID       \(host.systemUUID.map(\.description) ?? "unknown")")
            print("  serial     \(Terminal.printable(host.serial ?? "unknown"))")
            print("  address    \(host.address.map(\.description) ?? "none")")
            if let account = host.account { print("  account    \(account)") }
            if let placement = host.placement { printPlacement(placement, hostName: host.name) }
            print("  first seen \(detail.firstSeen)")
            print("  last seen  \(host.lastSeen)")
            if let deployment = host.deployment {
                print("  deployment \(deployment.id): \(deployment.image), \(deployment.state.rawValue)")
            }
        }

        private static func printPlacement(_ placement: HostPlacement, hostName: String) {
            let place = [placement.rack, placement.unit.map { "unit \($0)" }].compactMap { $0 }
            if !place.isEmpty { print("  rack       \(place.joined(separator: ", "))") }
            if let port = placement.switchPort { print("  port       \(port)") }
            if let name = placement.name, name != hostName { print("  placed as  \(name)") }
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
                let what = "\(disk.transport.rawValue), \(disk.model ?? "no model"), \(holds)"
                print(Terminal.printable("  disk       \(disk.identity): \(Terminal.bytes(disk.size)), \(what)"))
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

    struct Assign: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Assigns a host to an account, which may deploy it from then on.")
        @Argument(help: "The host's name, id or MAC address.") var host: String
        @Option(help: "The account's name or id.") var account: String?
        @Flag(help: "Take it back: only operators may deploy it.") var none = false
        @OptionGroup var connection: ConnectionOptions

        func validate() throws {
            guard none != (account != nil) else { throw ValidationError("say --account ACCOUNT, or --none") }
        }

        func run() async throws {
            let detail: HostDetail = try await connection.withClient {
                try await $0.patch(APIRoute.host(host), HostChange(account: account ?? ""))
            }
            print("\(detail.host.name) is assigned to \(detail.host.account ?? "nobody")")
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

    struct Unpark: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lets a host go on that the server parked because it came back again and again.")
        @Argument(help: "The host's name, id or MAC address.") var host: String
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let detail: HostDetail = try await connection.withClient {
                try await $0.patch(APIRoute.host(host), HostChange(isParked: false))
            }
            print("\(detail.host.name) is not parked")
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

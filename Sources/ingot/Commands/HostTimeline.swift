import ArgumentParser
import UserAPI

extension HostCommand {
    /// `ingot host timeline`
    struct Timeline: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints what was seen of a host while it booted, oldest first.")
        @Argument(help: "The host's name, id or MAC address; a MAC address that is no host yet will do.")
        var host: String
        @Option(help: "How many of the newest events to show.") var limit = 100
        @OptionGroup var connection: ConnectionOptions

        func validate() throws {
            guard (1...500).contains(limit) else { throw ValidationError("--limit is a number from 1 to 500") }
        }

        func run() async throws {
            let page: Page<TimelineEntry> = try await connection.withClient {
                try await $0.get(APIRoute.timeline(host, limit: limit))
            }
            Self.show(page.items)
        }

        /// Prints one line for each entry: `2026-03-01T12:00:00.250Z  52:54:00:00:00:01  asks: DISCOVER on eth1`.
        static func show(_ entries: [TimelineEntry]) {
            for entry in entries {
                let digits = String(entry.millisecond)
                let fraction = String(repeating: "0", count: max(3 - digits.count, 0)) + digits
                let moment = "\(entry.at.description.dropLast()).\(fraction)Z"
                print("\(moment)  \(entry.mac)  \(Terminal.printable(entry.text))")
            }
        }
    }
}

import ArgumentParser
import FoundationEssentials
import UserAPI

/// `ingot usage`
struct UsageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage", abstract: "Shows what private images took up in a period, and what that costs.",
        discussion: """
            In gigabytes (10^9 bytes) times hours of what is stored: compressed, and each chunk once in the account. The \
            owner pays for an image that is shared; public images are free.
            """)

    @Option(help: "The first day, 2026-11-01 (UTC); the first of this month unless you say.") var from: String?
    @Option(help: "The last day; today unless you say.") var to: String?
    @Option(help: "Another account. For administrators.") var account: String?
    @Flag(help: "Print comma-separated values.") var csv = false
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard !csv || !json else { throw ValidationError("say either --csv or --json") }
    }

    func run() async throws {
        func path(_ format: String) -> String { APIRoute.usage(from: from, to: to, account: account, format: format) }
        if csv || json {
            return print(
                try await connection.withClient { try await $0.text(path(csv ? "csv" : "json")) }, terminator: "")
        }
        let usage: UsageDetail = try await connection.withClient { try await $0.get(path("json")) }
        print(
            "\(usage.account), \(usage.from) to \(usage.to), \(usage.pricePerGBMonth) \(usage.currency) a GB and month")
        let lines = usage.images.map { [$0.image, Self.number($0.gigabyteHours), Self.number($0.cost)] }
        Terminal.table(
            ["IMAGE", "GB-HOURS", usage.currency],
            lines + [["total", Self.number(usage.gigabyteHours), Self.number(usage.cost)]])
    }

    /// With three decimals.
    private static func number(_ value: Double) -> String {
        let thousandths = Int64((value * 1000).rounded())
        let decimals = String(thousandths % 1000 + 1000).dropFirst()
        return "\(thousandths / 1000).\(decimals)"
    }
}

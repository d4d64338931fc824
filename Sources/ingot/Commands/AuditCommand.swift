import ArgumentParser
import UserAPI

/// `ingot audit …`
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Shows and checks the log of every change that was asked for. For administrators.",
        discussion: """
            Each change has two lines: what was asked for, written before it was carried out, and how it ended. Every line \
            carries a hash over the one before. Keep what `ingot audit verify` prints elsewhere: it tells later whether the \
            log was cut or written anew.
            """,
        subcommands: [List.self, Verify.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists changes, oldest first.")
        @Option(help: "Only those of this account.") var account: String?
        @Option(help: "Only those of this operation, such as removeImage.") var operation: String?
        @Option(help: "From when on: 2026-12-31 or 2026-12-31T12:00:00Z.", transform: Timestamp.parse) var from:
            Timestamp?
        @Option(help: "Until when, exclusive.", transform: Timestamp.parse) var to: Timestamp?
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let path = APIRoute.audit(account: account, operation: operation, from: from, to: to)
            let items: [AuditLine] = try await connection.withClient { try await $0.list(path) }
            Terminal.table(
                ["N", "AT", "ACCOUNT", "FROM", "OPERATION", "OUTCOME", "WHAT"],
                items.map { line in
                    [
                        "\(line.number)", line.at.description, line.account, line.address, line.operation,
                        line.status.map { "\($0) (of \(line.outcomeOf ?? 0))" } ?? "",
                        line.target + (line.body.map { " \($0)" } ?? ""),
                    ]
                })
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Checks that no line was changed or removed; prints the newest line's hash.")
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let found: AuditVerification = try await connection.withClient {
                try await $0.get(APIRoute.auditVerification)
            }
            guard found.isWhole, let hash = found.hash else {
                throw CommandError(found.failure ?? "the audit log is not whole")
            }
            print("\(found.count) lines, each follows from the one before; the newest has the hash \(hash)")
        }
    }
}

import ArgumentParser
import UserAPI

/// `ingot reload`
struct Reload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Has the running server read its configuration again.",
        discussion: """
            No lease is lost. A file that is wrong changes nothing: what is wrong with it is said, and the old \
            configuration stays in force. SIGHUP does the same, and says so in the log.
            """)
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let report: ReloadReport = try await connection.withClient { try await $0.post(APIRoute.reload) }
        for warning in report.warnings { print("warning: \(warning)") }
        for key in report.needsRestart { print("\(key) has changed: it needs a restart") }
        print("the configuration is in force")
    }
}

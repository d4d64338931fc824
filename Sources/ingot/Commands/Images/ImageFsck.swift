import ArgumentParser
import UserAPI

extension ImageCommand {
    struct Fsck: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Looks for missing, damaged and orphaned chunks. For administrators.",
            discussion: """
                Every chunk that a revision names is read and compared with its name, while the server goes on serving. Exit \
                status 0 only if every revision can be deployed; orphaned chunks are removed by themselves.
                """)
        @Flag(help: "Only look whether chunks are there.") var quick = false
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let task = try await connection.withClient { client in
                let begun: TaskDetail = try await client.post(APIRoute.checks + (quick ? "?quick=true" : ""))
                return try await TaskFollower(client: client).follow(begun.id)
            }
            let report = task.report ?? []
            for line in report { print(line) }
            guard report.first?.hasPrefix("clean") == true else { throw ExitCode(1) }
        }
    }
}

import ArgumentParser
import UserAPI

extension ImageCommand {
    struct Fsck: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Looks for missing, damaged and orphaned chunks. For administrators.",
            discussion: """
                Every chunk that a revision names is read and compared with its name, while the server goes on serving. Exit \
                status 0 only if every revision can be deployed; orphaned chunks are removed by themselves.

                A damaged chunk stays where it is, and whoever can read it already does not store it again: with --repair it \
                is removed, and the next import or copy of the same data brings it back. What an object storage lost is \
                restored where the server has a right copy.
                """)
        @Flag(help: "Only look whether chunks are there.") var quick = false
        @Flag(help: "Restore what is damaged, or remove it, so that an import or a copy stores it anew.")
        var repair = false
        @OptionGroup var connection: ConnectionOptions

        func validate() throws {
            guard !quick || !repair else {
                throw ValidationError("--quick reads no chunk and finds no damage that --repair could remove")
            }
        }

        func run() async throws {
            let task = try await connection.withClient { client in
                let begun: TaskDetail = try await client.post(
                    APIRoute.checks + (quick ? "?quick=true" : repair ? "?repair=true" : ""))
                return try await TaskFollower(client: client).follow(begun.id)
            }
            let report = task.report ?? []
            for line in report { print(line) }
            guard report.first?.hasPrefix("clean") == true else { throw ExitCode(1) }
        }
    }
}

import ArgumentParser
import UserAPI

/// `ingot task …`
struct TaskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task", abstract: "Lists, follows and cancels long jobs such as imports.",
        discussion: "A task goes on where the server is started anew. Ended ones stay in the list for a while.",
        subcommands: [List.self, Show.self, Watch.self, Cancel.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists tasks, newest first.")
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let items: [TaskDetail] = try await connection.withClient { try await $0.list(APIRoute.tasks) }
            Terminal.table(
                ["ID", "KIND", "IMAGE", "STATE", "PHASE", "FROM OR TO", "CREATED"],
                items.map {
                    [
                        $0.id, $0.kind.rawValue, $0.image + ($0.revision.map { "@\($0)" } ?? ""), $0.state.rawValue,
                        $0.phase ?? "", $0.subject, $0.created.description,
                    ]
                })
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows one task.")
        @Argument(help: "The task's id.") var id: String
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let task: TaskDetail = try await connection.withClient { try await $0.get(APIRoute.task(id)) }
            print("\(task.id): \(task.kind.rawValue) of \(task.image), \(task.subject)")
            print("  state    \(task.state.rawValue)\(task.phase.map { ", \($0)" } ?? "")")
            if let progress = task.progress { print("  progress \(Terminal.bar(progress))") }
            if let revision = task.revision { print("  revision \(revision)") }
            for line in task.report ?? [] { print("  found    \(line)") }
            if let failure = task.failure { print("  failure  \(failure)") }
            print("  created  \(task.created)")
            if let ended = task.ended { print("  ended    \(ended)") }
        }
    }

    struct Watch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Follows a task until it ends; Control-C cancels it. Exit status 0 only if it is done.")
        @Argument(help: "The task's id.") var id: String
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let task = try await connection.withClient { try await TaskFollower(client: $0).follow(id) }
            print("\(task.id) is \(task.state.rawValue)")
        }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Cancels a task that has not ended.")
        @Argument(help: "The task's id.") var id: String
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { try await $0.delete(APIRoute.task(id)) }
            print("\(id) was asked to stop")
        }
    }
}

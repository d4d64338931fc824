import AgentProtocol
import ArgumentParser
import UserAPI

/// `ingot deployment …`
struct DeploymentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deployment", abstract: "Follows and cancels deployments.",
        subcommands: [List.self, Show.self, Watch.self, Logs.self, Cancel.self, Receipt.self],
        defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists deployments, newest first.")
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let items: [DeploymentSummary] = try await connection.withClient {
                try await $0.list(APIRoute.deployments)
            }
            Terminal.table(
                ["ID", "HOST", "IMAGE", "STATE", "PHASE", "ATTEMPT", "CREATED"],
                items.map {
                    [
                        $0.id, $0.hostName, "\($0.image)@\($0.revision)", $0.state.rawValue,
                        $0.phase?.rawValue ?? "", "\($0.attempt)", $0.created.description,
                    ]
                })
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows one deployment.")
        @Argument(help: "The deployment's id.") var id: String
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let detail: DeploymentDetail = try await connection.withClient { try await $0.get(APIRoute.deployment(id)) }
            let deployment = detail.deployment
            print("\(deployment.id): \(deployment.image) revision \(deployment.revision) for \(deployment.hostName)")
            print("  state     \(deployment.state.rawValue)")
            print("  attempt   \(deployment.attempt) of \(detail.maximumAttempts)")
            print("  disk      \(detail.disk?.identity ?? "not chosen yet") (rule '\(detail.diskRule)')")
            print("  manifest  \(detail.manifest)")
            if let proof = detail.proof {
                print(
                    "  proof     \(Terminal.bytes(proof.bytesVerified)) read back, "
                        + "\(Terminal.bytes(proof.bytesFetched)) fetched, \(Terminal.bytes(proof.bytesWritten)) written, "
                        + "\(Terminal.bytes(proof.bytesSkipped)) right already")
            }
            if let failure = detail.failure {
                print("  failure   \(failure.code.rawValue): \(Terminal.printable(failure.message))")
            }
            if let status = detail.cloudInitStatus { print("  cloud-init \(status)") }
            print("  receipt   \(detail.hasReceipt ? "ingot deployment receipt \(deployment.id)" : "none yet")")
        }
    }

    struct Watch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Follows a deployment until it ends; exit status 0 only if the host runs from its own disk.")
        @Argument(help: "The deployment's id.") var id: String
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { try await DeploymentFollower(client: $0).follow(id) }
        }
    }

    struct Logs: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints a deployment's log.", discussion: "The newest 10,000 lines are kept.")
        @Argument(help: "The deployment's id.") var id: String
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                var next: String? = "0"
                while let after = next {
                    let page: Page<LogLine> = try await client.get(APIRoute.log(id) + "?after=\(after)")
                    for line in page.items { print("\(line.at)  [\(line.attempt)] \(Terminal.printable(line.line))") }
                    next = page.next
                }
            }
        }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Cancels a deployment.",
            discussion: """
                A disk that is being written does not boot afterwards. Once it is committed, cancelling only ends the wait for \
                the installed system to call home; should it do so later, the deployment is done all the same.
                """)
        @Argument(help: "The deployment's id.") var id: String
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let detail: DeploymentDetail = try await connection.withClient { try await $0.post(APIRoute.cancel(id)) }
            print("\(detail.deployment.id) is \(detail.deployment.state.rawValue)")
        }
    }

    struct Receipt: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints the signed receipt of a finished deployment (CMS, PEM).",
            discussion: "Check it with: openssl cms -verify -inform PEM -in RECEIPT -CAfile ca.pem")
        @Argument(help: "The deployment's id.") var id: String
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let pem = try await connection.withClient { try await $0.text(APIRoute.receipt(id)) }
            print(pem, terminator: pem.hasSuffix("\n") ? "" : "\n")
        }
    }
}

import ArgumentParser
import UserAPI

/// `ingot image copy …`
struct ImageCopy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy", abstract: "Copies a revision to another region.",
        discussion: """
            The region fetches the chunks that your account there cannot read yet, compares each with its name, and signs the \
            manifest with its own key. What is interrupted goes on where it was.
            """)

    @Argument(
        help: "NAME, OWNER:NAME or an id; @N for revision N, @stable or @candidate, else the newest.",
        transform: ImageArgument.parse)
    var image: ImageArgument
    @Option(help: "The region's name.") var to: String
    @Option(help: "What the image is called there; as here unless you say.") var name: String?
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let task = try await connection.withClient { client in
            let request = CopyRequest(
                image: image.image, revision: try await image.number(client), region: to, name: name)
            let begun: TaskDetail = try await client.post(APIRoute.copies, request)
            return try await TaskFollower(client: client).follow(begun.id)
        }
        for line in task.report ?? [] { print(line) }
    }
}

import ArgumentParser
import UserAPI

/// `ingot image export …`
struct ImageExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Sends a revision to an object storage (S3).",
        discussion: """
            raw.zst: the disk in one zstd file. qcow2: one compressed qcow2 file. chunked: every chunk an object, of which \
            only those are sent that are not there yet. A signed manifest stands beside it, and the SHA-256 of a file. \
            What is interrupted goes on where it was; `ingot image import s3://BUCKET/KEY` brings it back.
            """)

    @Argument(
        help: "NAME, OWNER:NAME or an id; @N for revision N, @stable or @candidate, else the newest.",
        transform: ImageArgument.parse)
    var image: ImageArgument
    @Option(help: "s3://BUCKET or s3://BUCKET/PREFIX; IMAGE-REVISION follows.") var to: String
    @Option(help: "The name of your credential: see `ingot credential`.") var credential: String
    @Option(help: "raw.zst, qcow2 or chunked.") var format = "raw.zst"
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let place = try Self.place(to)
        let task = try await connection.withClient { client in
            let request = ExportRequest(
                image: image.image, revision: try await image.number(client), format: format, credential: credential,
                bucket: place.bucket, prefix: place.prefix)
            let begun: TaskDetail = try await client.post(APIRoute.exports, request)
            return try await TaskFollower(client: client).follow(begun.id)
        }
        for line in task.report ?? [] { print(line) }
    }

    private static func place(_ text: String) throws -> (bucket: String, prefix: String) {
        guard text.hasPrefix("s3://") else { throw ValidationError("'\(text)' is no s3://BUCKET/PREFIX") }
        let parts = text.dropFirst("s3://".count).split(separator: "/", maxSplits: 1)
        guard let bucket = parts.first else { throw ValidationError("'\(text)' names no bucket") }
        let prefix = parts.count == 2 ? String(parts[1]) : ""
        return (String(bucket), prefix.isEmpty || prefix.hasSuffix("/") ? prefix : prefix + "/")
    }
}

import ArgumentParser
import FoundationEssentials
import UserAPI

/// `ingot image import …`
struct ImageImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Makes a new revision of an image from a disk image.",
        discussion: """
            A local file is uploaded; a URL is fetched by the server. What the source is comes from --format and \
            --compression, else from its name (.raw, .qcow2; .gz, .xz, .zst): nothing is guessed from its contents. \
            Control-C cancels the import, on the server too.
            """)

    @Argument(help: "A file, or an http or https URL.") var source: String
    @Option(help: "The image's name.") var name: String
    @Option(help: "raw or qcow2: what the source is once unpacked.") var format: String?
    @Option(help: "none, gz, xz or zst: how the source is packed.") var compression: String?
    @Option(help: "The SHA-256 that the source must have, packed or not: 64 hexadecimal digits.") var sha256: String?
    @Flag(
        help: """
            The file is on the server, which reads it at this absolute path: nothing is uploaded. The systemd unit hides \
            /home, /root and /tmp from the server; use another place, or say otherwise in a drop-in.
            """)
    var onServer = false
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let order = try order()
        try await connection.withClient { client in
            let detail: ImportDetail
            if onServer || Self.isURL(source) {
                detail = try await client.post(APIRoute.imports, order)
            } else {
                detail = try await FileUpload(path: source).send(order, with: client)
            }
            try await ImportFollower(client: client).follow(detail.id)
        }
    }

    private func order() throws -> ImageImportRequest {
        let named = SourceName(source)
        guard let format = format ?? named.format else {
            throw ValidationError("the name of \(source) does not tell what it is: add --format raw or --format qcow2")
        }
        return ImageImportRequest(
            name: name, format: format, source: source, compression: compression ?? named.compression,
            sha256: sha256?.lowercased())
    }

    private static func isURL(_ text: String) -> Bool { text.hasPrefix("http://") || text.hasPrefix("https://") }
}

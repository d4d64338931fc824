import ArgumentParser
import BootableDisk
import FoundationEssentials
import UserAPI

/// `ingot image import …`
struct ImageImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Makes a new revision of an image from a disk image, or from a root file system.",
        discussion: """
            A local file is uploaded, and an upload that was interrupted is gone on with; a URL is fetched by the server. What the source is comes from --format and \
            --compression, else from its name (.raw, .qcow2, .vmdk, .vhd, .vhdx, .tar; .gz, .xz, .zst): nothing is guessed from its \
            contents. A tar archive of a root file system becomes a disk that boots. \
            Control-C cancels the import, on the server too.
            """)

    @Argument(help: "A file, an http or https URL, s3://BUCKET/KEY, or upload:ID of a file that was sent before.")
    var source: String
    @Option(help: "The image's name.") var name: String
    @Option(
        help: """
            raw, qcow2, vmdk, vhd or vhdx: what the source is once unpacked; tar: a root file system; chunked: an export in \
            chunks.
            """)
    var format: String?
    @Option(help: "none, gz, xz or zst: how the source is packed.") var compression: String?
    @Option(help: "The SHA-256 that the source must have, packed or not: 64 hexadecimal digits.") var sha256: String?
    @Option(
        help:
            "The disk that a root file system gets, such as 4GiB: by default what it needs and some; it grows when deployed."
    )
    var size: String?
    @Option(help: "The name of your credential, where the source is s3://BUCKET/KEY.") var credential: String?
    @Flag(
        help: """
            The file is on the server, which reads it at this absolute path: nothing is uploaded. The systemd unit hides \
            /home, /root and /tmp from the server; use another place, or say otherwise in a drop-in.
            """)
    var onServer = false
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        var order = try order()
        let isLocal = !onServer && !source.hasPrefix("upload:") && !source.hasPrefix("s3://") && !Self.isURL(source)
        try await connection.withClient { client in
            if isLocal { try await Self.upload(source, for: &order, with: client) }
            let task: TaskDetail = try await client.post(APIRoute.imports, order)
            do {
                try await TaskFollower(client: client).followImport(task.id)
            } catch let error as CommandError where isLocal {
                throw CommandError(
                    "\(error)\nWhere the file was declared wrong, import it again from \(order.source), with --format.")
            }
        }
    }

    /// Sends a local file; the order names the upload from then on, and the digest of what was read.
    static func upload(_ path: String, for order: inout ImageImportRequest, with client: APIClient) async throws {
        let sent = try await FileUpload(path: path, client: client).send()
        if let expected = order.sha256, expected != sent.sha256 {
            throw CommandError("the SHA-256 of \(path) is \(sent.sha256), expected \(expected)")
        }
        order.source = "upload:\(sent.id)"
        order.sha256 = sent.sha256
    }

    private func order() throws -> ImageImportRequest {
        let named = SourceName(source)
        guard let format = format ?? named.format else {
            throw ValidationError("the name of \(source) does not tell what it is: add --format")
        }
        return ImageImportRequest(
            name: name, format: format, source: source, compression: compression ?? named.compression,
            sha256: sha256?.lowercased(), credential: credential, diskSize: try diskSize())
    }

    private func diskSize() throws -> UInt64? {
        guard let size else { return nil }
        guard let extent = DiskExtent(size) else {
            throw ValidationError("'\(size)' is no size, expected one such as '512MiB' or '4GiB'")
        }
        return UInt64(extent.mebibytes) << 20
    }

    private static func isURL(_ text: String) -> Bool { text.hasPrefix("http://") || text.hasPrefix("https://") }
}

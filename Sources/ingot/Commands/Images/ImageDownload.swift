import ArgumentParser
import FoundationEssentials
import Glibc
import ImageFormat
import ImageStore
import NIOCore
import UserAPI

/// `ingot image download …`
struct ImageDownload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "download", abstract: "Saves a revision's disk as a raw disk image on this machine.",
        discussion: """
            Every chunk is compared with its name in the manifest; holes stay holes. What is interrupted goes on where it \
            was: until it is whole, the disk is in FILE.part.
            """)

    @Argument(
        help: "NAME, OWNER:NAME or an id; @N for revision N, @stable or @candidate, else the newest.",
        transform: ImageArgument.parse)
    var image: ImageArgument
    @Option(name: .shortAndLong, help: "The file to write; IMAGE-REVISION.raw if left out.") var output: String?
    @Flag(help: "Replace the file if there is one.") var overwrite = false
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await connection.withClient { client in
            let detail: ImageDetail = try await client.get(APIRoute.image(image.image))
            let revision = try image.revision(of: detail)
            let path = output ?? "\(detail.image.name)-\(revision.number).raw"
            guard overwrite || !FileManager.default.fileExists(atPath: path) else {
                throw CommandError("\(path) is there already: say --overwrite to replace it")
            }
            let manifest = try await Self.manifest(revision.digest, client)
            defer { Terminal.redraw("") }
            let started = ContinuousClock.now
            try await DiskAssembly(manifest: manifest, source: ServedChunks(client: client))
                .write(to: path + ".part") { done in
                    let elapsed = started.duration(to: .now).components.seconds
                    let progress = TransferProgress(done: done, total: manifest.diskSize, elapsed: elapsed)
                    Terminal.redraw("downloading  \(Terminal.bar(progress))")
                }
            guard rename(path + ".part", path) == 0 else { throw CommandError("cannot write \(path): errno \(errno)") }
            Terminal.redraw("")
            print("\(path): \(Terminal.bytes(manifest.diskSize)), every chunk as \(revision.digest) names it")
        }
    }

    private static func manifest(_ digest: ChunkDigest, _ client: APIClient) async throws -> Manifest {
        let document: SignedDocument = try await client.get(APIRoute.manifest(digest))
        guard ChunkDigest(of: Array(document.payload)) == digest else {
            throw CommandError("the server gave another manifest than \(digest)")
        }
        return try Manifest.decode(document.payload)
    }
}

/// Chunks that the server has, asked for again where the connection breaks off.
private struct ServedChunks: ChunkFetching {
    let client: APIClient

    private static let attempts = 5

    func frame(of chunk: ChunkDigest) async throws -> ByteBuffer {
        for _ in 1..<Self.attempts {
            do {
                return try await client.bytes(APIRoute.chunk(chunk))
            } catch is ConnectionBroken {
                try await Task.sleep(for: .seconds(2))
            }
        }
        return try await client.bytes(APIRoute.chunk(chunk))
    }
}

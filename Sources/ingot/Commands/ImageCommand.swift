import ArgumentParser
import ImageFormat
import UserAPI

/// `ingot image …`
struct ImageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image", abstract: "Imports, builds and lists images.",
        subcommands: [ImageImport.self, List.self, Show.self, Remove.self, Build.self],
        defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists images.")
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let page: Page<ImageSummary> = try await connection.withClient { try await $0.get(APIRoute.images) }
            Terminal.table(
                ["NAME", "REVISIONS", "SYSTEM", "FIRMWARE", "DISK", "DATA", "CREATED"],
                page.items.map { image in
                    [
                        image.name, "\(image.revisionCount)", image.latest?.os.name ?? "",
                        image.latest?.firmware.joined(separator: ", ") ?? "",
                        image.latest.map { Terminal.bytes($0.diskSize) } ?? "",
                        image.latest.map { Terminal.bytes($0.dataSize) } ?? "",
                        image.latest?.created.description ?? "",
                    ]
                })
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows an image's revisions.")
        @Argument(help: "The image's name.") var name: String
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let image: ImageDetail = try await connection.withClient { try await $0.get(APIRoute.image(name)) }
            print(image.name)
            for revision in image.revisions {
                print("  revision \(revision.number), \(revision.created)")
                print("    system   \(revision.os.name ?? "unknown")")
                print("    firmware \(revision.firmware.joined(separator: ", "))")
                print(
                    "    disk     \(Terminal.bytes(revision.diskSize)), \(Terminal.bytes(revision.dataSize)) of data, "
                        + "sectors of \(revision.sectorSize) bytes")
                print("    manifest \(revision.digest)")
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Removes an image, or one revision of it, and the chunks that nothing else names.")
        @Argument(help: "The image's name; NAME@N for revision N.") var name: String
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let reference = name.split(separator: "@", maxSplits: 1)
            let image = String(reference.first ?? "")
            let path: String
            if reference.count == 2 {
                guard let number = Int(reference[1]) else {
                    throw ValidationError("'\(reference[1])' is not a revision number")
                }
                path = APIRoute.revision(number, of: image)
            } else {
                path = APIRoute.image(image)
            }
            try await connection.withClient { try await $0.delete(path) }
            print("\(name) is removed")
        }
    }
}

import ArgumentParser
import ImageFormat
import UserAPI

/// `ingot image …`
struct ImageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image", abstract: "Imports, builds, lists and publishes images.",
        discussion: """
            An image belongs to the account that made it, and is private: `ingot share` lets others use it, and an \
            administrator can publish it for everybody. NAME means your own image, else a public one, else one that is \
            shared with you; OWNER:NAME says which.
            """,
        subcommands: [
            List.self, Show.self, Preflight.self, Hosts.self, ImageImport.self, ImageDownload.self, ImageExport.self,
            ImageCopy.self,
            Change.self, Protect.self, Publish.self, Withdraw.self, Deprecate.self, Retire.self, Remove.self,
            Build.self, ImageRefresh.self, Fsck.self,
        ],
        defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the images that you can see.")
        @Option(help: "Only public, private or shared ones.") var visibility: String?
        @Option(help: "Only those with this tag.") var tag: String?
        @Option(help: "Only those of this account.") var owner: String?
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let path = APIRoute.images(visibility: visibility, tag: tag, owner: owner)
            let items: [ImageSummary] = try await connection.withClient { try await $0.list(path) }
            Terminal.table(
                ["NAME", "OWNER", "VISIBILITY", "REVISION", "SYSTEM", "FIRMWARE", "DISK", "DATA", "CREATED"],
                items.map { image in
                    [
                        image.name, image.owner, image.visibility.rawValue, image.latest.map { "\($0.number)" } ?? "",
                        image.latest?.os.name ?? "", image.latest?.firmware.joined(separator: ", ") ?? "",
                        image.latest.map { Terminal.bytes($0.diskSize) } ?? "",
                        image.latest.map { Terminal.bytes($0.dataSize) } ?? "",
                        image.latest?.created.description ?? "",
                    ]
                })
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows an image with its revisions.")
        @Argument(help: "NAME, OWNER:NAME or an id.") var name: String
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let detail: ImageDetail = try await client.get(APIRoute.image(name))
                Self.printSummary(detail.image)
                for revision in detail.revisions {
                    Self.printRevision(revision)
                    let report: PreflightReport = try await client.get(
                        APIRoute.preflight(revision.number, of: detail.image.id))
                    print("    preflight \(PreflightText.outline(report))")
                }
            }
        }

        private static func printSummary(_ image: ImageSummary) {
            print("\(image.name) (\(image.id)), \(image.visibility.rawValue), of \(image.owner)")
            if !image.summary.isEmpty { print("  \(image.summary)") }
            if !image.tags.isEmpty { print("  tags       \(image.tags.joined(separator: ", "))") }
            if image.isProtected { print("  protected") }
            if !image.models.isEmpty {
                let others = image.isForAnyModel ? "; an operator allows all others" : ""
                print("  models     \(image.models.joined(separator: ", "))\(others)")
            }
            if let moment = image.deprecated { print("  deprecated \(moment)") }
            if let moment = image.retired { print("  retired    \(moment)") }
        }

        private static func printRevision(_ revision: ImageRevision) {
            print("  revision \(revision.number), \(revision.created)\(revision.channel.map { ", \($0)" } ?? "")")
            if let moment = revision.deprecated { print("    deprecated \(moment)") }
            if let moment = revision.retired { print("    retired  \(moment)") }
            print("    system   \(revision.os.name ?? "unknown")")
            print("    firmware \(revision.firmware.joined(separator: ", "))")
            print(
                "    disk     \(Terminal.bytes(revision.diskSize)), \(Terminal.bytes(revision.dataSize)) of data, "
                    + "sectors of \(revision.sectorSize) bytes")
            if let origin = revision.origin { print("    made of  \(origin.source), recipe \(origin.recipe)") }
            print("    manifest \(revision.digest)")
        }
    }

    struct Hosts: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the hosts that run an image.")
        @Argument(help: "NAME, OWNER:NAME or an id.") var name: String
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let items: [ImageUse] = try await connection.withClient {
                try await $0.list(APIRoute.hosts(ofImage: name))
            }
            Terminal.table(
                ["HOST", "REVISION", "DEPLOYMENT", "SINCE"],
                items.map { [$0.hostName, "\($0.revision)", $0.deployment, $0.committed.description] })
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Removes an image, or one revision of it, and the chunks that nothing else names.")
        @Argument(help: "NAME, OWNER:NAME or an id; @N for revision N.", transform: ImageArgument.parse) var name:
            ImageArgument
        @OptionGroup var connection: ConnectionOptions

        func validate() throws {
            guard name.channel == nil else { throw ValidationError("a channel is not removed: say @N") }
        }

        func run() async throws {
            let path = name.revision.map { APIRoute.revision($0, of: name.image) } ?? APIRoute.image(name.image)
            let removal = try await connection.withClient { try await $0.delete(path, answer: ImageRemoval.self) }
            print("\(name.image)\(name.revision.map { "@\($0)" } ?? "") is removed")
            for host in removal.hosts { print("  host \(host.hostName) goes on running revision \(host.revision)") }
            for receiver in removal.receivers { print("  account \(receiver) has it no more") }
        }
    }
}

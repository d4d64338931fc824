import ArgumentParser
import FoundationEssentials
import ImageBuilder
import UserAPI

extension ImageCommand {
    /// `ingot image build NAME`: makes an image from a recipe on this machine.
    struct Build: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Builds an image from a recipe and imports it. Wants root.")

        @Argument(help: "The recipe's name: NAME.yaml among the installed recipes or in config/images.")
        var name: String

        @Option(help: "The recipe's file, instead of looking for its name.")
        var recipe: String?

        @Option(
            help:
                "The URL of a Debian mirror, instead of this machine's apt sources. It replaces them in the image, too."
        )
        var mirror: String?

        @Option(help: "A raw, sparse file to make, instead of importing the image.")
        var output: String?

        @Option(help: "A .tar, .tar.gz, .tar.xz or .tar.zst file that gets the root file system, besides.")
        var archive: String?

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let file = try self.recipe ?? RecipeDirectory().file(of: name)
            guard case .build(let recipe) = try RecipeDirectory.load(file, name: name) else {
                throw CommandError(
                    "\(name) is a distribution's cloud image: `ingot image refresh \(name)` imports it")
            }
            if let output { return try await Self.build(recipe, mirror: mirror, output: output, archive: archive) }
            let scratch = try ScratchDirectory(beside: FileManager.default.temporaryDirectory.path + "/image")
            defer { withExtendedLifetime(scratch) {} }
            let disk = scratch.path + "/disk.raw"
            try await connection.withClient { client in
                // Minutes of work are not begun for a server that cannot be reached.
                let _: AccountSummary = try await client.get(APIRoute.ownAccount)
                try await Self.build(recipe, mirror: mirror, output: disk, archive: archive)
                var order = ImageImportRequest(name: recipe.name, format: "raw", source: disk, compression: "none")
                try await ImageImport.upload(disk, for: &order, with: client)
                let task: TaskDetail = try await client.post(APIRoute.imports, order)
                try await TaskFollower(client: client).followImport(task.id)
            }
        }

        /// Builds an image into a file, and prints how long each step took.
        /// - Parameter archive: a tar archive that gets the root file system, besides.
        static func build(
            _ recipe: Recipe, mirror: String?, output: String, archive: String? = nil
        ) async throws {
            let started = ContinuousClock.now
            try await ImageBuilder().build(recipe: recipe, mirror: mirror, output: output, archive: archive) {
                show($0)
            }
            print("\(recipe.name) is built in \((ContinuousClock.now - started).components.seconds) s")
        }

        private static func show(_ progress: BuildProgress) {
            switch progress {
            case .began(let number, let count, let title): Terminal.redraw("[\(number)/\(count)] \(title) …")
            case .ended(let title, let duration):
                Terminal.redraw("")
                let tenths = Int64(duration / .milliseconds(100))
                print("\(title): \(tenths / 10).\(tenths % 10) s")
            }
        }
    }
}

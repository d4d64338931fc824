import ArgumentParser
import FoundationEssentials
import Glibc
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

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let recipe = try load(self.recipe ?? find())
            if let output { return try await build(recipe, output) }
            let scratch = try ScratchDirectory(beside: FileManager.default.temporaryDirectory.path + "/image")
            defer { withExtendedLifetime(scratch) {} }
            let disk = scratch.path + "/disk.raw"
            try await connection.withClient { client in
                // Minutes of work are not begun for a server that cannot be reached.
                let _: AccountSummary = try await client.get(APIRoute.ownAccount)
                try await build(recipe, disk)
                var order = ImageImportRequest(name: recipe.name, format: "raw", source: disk, compression: "none")
                try await ImageImport.upload(disk, for: &order, with: client)
                let task: TaskDetail = try await client.post(APIRoute.imports, order)
                try await TaskFollower(client: client).followImport(task.id)
            }
        }

        private func build(_ recipe: Recipe, _ output: String) async throws {
            let started = ContinuousClock.now
            try await ImageBuilder().build(recipe: recipe, mirror: mirror, output: output) { Self.show($0) }
            print("\(name) is built in \((ContinuousClock.now - started).components.seconds) s")
        }

        private func find() throws -> String {
            let candidates = ["\(Self.installedRecipes)/\(name).yaml", "config/images/\(name).yaml"]
            guard let path = candidates.first(where: FileManager.default.fileExists(atPath:)) else {
                throw CommandError(
                    "there is no recipe \(candidates.joined(separator: " or ")); name one with --recipe FILE")
            }
            return path
        }

        /// Where `make install` put the recipes, whatever its PREFIX was: PREFIX/bin holds this program.
        private static var installedRecipes: String {
            guard let program = realpath("/proc/self/exe", nil) else { return "/usr/local/share/ingot/images" }
            defer { free(program) }
            let prefix = String(cString: program).split(separator: "/").dropLast(2).joined(separator: "/")
            return "/\(prefix)/share/ingot/images"
        }

        private func load(_ path: String) throws -> Recipe {
            do {
                let recipe = try Recipe.load(path)
                guard recipe.name == name else {
                    throw CommandError("\(path): name: the recipe is named '\(recipe.name)', expected '\(name)'")
                }
                return recipe
            } catch let error as DecodingError {
                throw CommandError("\(path): \(error.explanation)")
            }
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

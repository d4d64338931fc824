import ArgumentParser
import FoundationEssentials
import ImageBuilder

extension ImageCommand {
    /// `ingot image build NAME`: makes an image from a recipe on this machine.
    struct Build: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Builds an image from a recipe, as a raw disk file. Wants root.")

        @Argument(help: "The recipe's name: NAME.yaml among the installed recipes or in config/images.")
        var name: String

        @Option(help: "The recipe's file, instead of looking for its name.")
        var recipe: String?

        @Option(
            help:
                "The URL of a Debian mirror, instead of this machine's apt sources. It replaces them in the image, too."
        )
        var mirror: String?

        @Option(help: "The raw, sparse file to make.")
        var output: String

        func run() async throws {
            let recipe = try load(self.recipe ?? find())
            let started = ContinuousClock.now
            try await ImageBuilder().build(recipe: recipe, mirror: mirror, output: output) { Self.show($0) }
            print("\(output) is built in \((ContinuousClock.now - started).components.seconds) s")
        }

        private func find() throws -> String {
            let candidates = ["/usr/local/share/ingot/images/\(name).yaml", "config/images/\(name).yaml"]
            guard let path = candidates.first(where: FileManager.default.fileExists(atPath:)) else {
                throw CommandError(
                    "there is no recipe \(candidates.joined(separator: " or ")); name one with --recipe FILE")
            }
            return path
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

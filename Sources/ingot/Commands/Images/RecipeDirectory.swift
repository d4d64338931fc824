import FoundationEssentials
import Glibc
import ImageBuilder

/// Where recipes of images are found.
struct RecipeDirectory: Sendable {
    private let candidates: [String]

    /// - Parameter path: the only directory; nil: what `make install` made, else `config/images` of a checkout.
    init(_ path: String? = nil) {
        candidates = path.map { [$0] } ?? [Self.installed, "config/images"]
    }

    /// The file of the recipe `name`.
    func file(of name: String) throws -> String {
        let files = candidates.map { "\($0)/\(name).yaml" }
        guard let path = files.first(where: FileManager.default.fileExists(atPath:)) else {
            throw CommandError("there is no recipe \(files.joined(separator: " or "))")
        }
        return path
    }

    /// The names of the catalogue's recipes, sorted; those that cannot be read are among them.
    func names() throws -> [String] {
        guard let directory = candidates.first(where: FileManager.default.fileExists(atPath:)) else {
            throw CommandError("there is no directory \(candidates.joined(separator: " or "))")
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: directory)
            .filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }.map { String($0.dropLast(".yaml".count)) }
        return names.filter { name in
            (try? CatalogueRecipe.load("\(directory)/\(name).yaml"))?.isInCatalogue ?? true
        }.sorted()
    }

    /// Reads the recipe in a file, which must be the one of this name.
    static func load(_ path: String, name: String) throws -> CatalogueRecipe {
        do {
            let recipe = try CatalogueRecipe.load(path)
            guard recipe.name == name else {
                throw CommandError("\(path): name: the recipe is named '\(recipe.name)', expected '\(name)'")
            }
            return recipe
        } catch let error as DecodingError {
            throw CommandError("\(path): \(error.explanation)")
        }
    }

    /// Where `make install` put the recipes, whatever its PREFIX was: PREFIX/bin holds this program.
    private static var installed: String {
        guard let program = realpath("/proc/self/exe", nil) else { return "/usr/local/share/ingot/images" }
        defer { free(program) }
        let prefix = String(cString: program).split(separator: "/").dropLast(2).joined(separator: "/")
        return "/\(prefix)/share/ingot/images"
    }
}

import UserAPI
import Yams

/// How one image of the catalogue comes about, as a YAML file of `config/images` says it: built from packages, or, where the
/// file has the key `import`, a distribution's cloud image.
package enum CatalogueRecipe: Hashable, Sendable, Decodable {
    case build(Recipe)
    case cloudImage(CloudImageRecipe)

    private enum CodingKeys: String, CodingKey { case `import` }

    package init(from decoder: any Decoder) throws {
        let isImport = try decoder.container(keyedBy: CodingKeys.self).contains(.import)
        self = isImport ? .cloudImage(try CloudImageRecipe(from: decoder)) : .build(try Recipe(from: decoder))
    }

    /// The image's name.
    package var name: String {
        switch self {
        case .build(let recipe): recipe.name
        case .cloudImage(let recipe): recipe.name
        }
    }

    /// Whether a refresh of the whole catalogue takes it.
    package var isInCatalogue: Bool {
        switch self {
        case .build(let recipe): recipe.isInCatalogue
        case .cloudImage(let recipe): recipe.isInCatalogue
        }
    }

    /// Reads a recipe's file. Throws as `Recipe.load`.
    package static func load(_ path: String) throws -> CatalogueRecipe { try decode(Recipe.text(of: path)) }

    /// Reads a recipe's text.
    package static func decode(_ yaml: String) throws -> CatalogueRecipe {
        try YAMLDecoder().decode(CatalogueRecipe.self, from: yaml)
    }
}

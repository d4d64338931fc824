import Foundation
import ImageBuilder
import Testing

/// The recipes of the project, as a refresh of all of them takes them.
@Suite struct CatalogueTests {
    private static func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: RecipeTests.folder).filter { $0.hasSuffix(".yaml") }
            .map { String($0.dropLast(".yaml".count)) }.sorted()
    }

    @Test func everyRecipeIsRead() throws {
        var listed: [String] = []
        for name in try Self.names() {
            let recipe = try CatalogueRecipe.load("\(RecipeTests.folder)/\(name).yaml")
            #expect(recipe.name == name)
            if recipe.isInCatalogue { listed.append(name) }
        }
        #expect(listed == ["almalinux-9", "debian-12", "debian-13", "ubuntu-24.04"])
    }

    @Test func everyCloudImageIsSignedByAKnownKeyAndFetchedOverHTTPS() throws {
        var count = 0
        for name in try Self.names() {
            guard case .cloudImage(let recipe) = try CatalogueRecipe.load("\(RecipeTests.folder)/\(name).yaml") else {
                continue
            }
            count += 1
            let urls = [recipe.url, recipe.checksums.url, recipe.signature.url].compactMap { $0 }
            #expect(urls.allSatisfy { $0.hasPrefix("https://") }, "\(name): \(urls)")
            #expect(!recipe.signature.fingerprints.isEmpty, "\(name) trusts every key of its keyring")
            #expect(recipe.signature.keyrings.contains { $0.hasPrefix("/etc/ingot/keyrings/") })
        }
        #expect(count == 2)
    }
}

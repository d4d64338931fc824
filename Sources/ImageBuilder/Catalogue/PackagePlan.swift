import BootableDisk
import Crypto
import Foundation
import Yams

/// The packages that a build would install now.
package struct PackagePlan: Hashable, Sendable {
    /// `NAME=VERSION ARCHITECTURE`, sorted, each once.
    package let packages: [String]

    /// Reads what apt-get(8) simulates: `Inst NAME [INSTALLED] (VERSION ORIGIN [ARCHITECTURE])`.
    package init(simulation: String) {
        var packages: Set<String> = []
        for line in simulation.split(whereSeparator: \.isNewline) where line.hasPrefix("Inst ") {
            guard let open = line.firstIndex(of: "("), let close = line[open...].firstIndex(of: ")") else { continue }
            let name = line.dropFirst("Inst ".count).prefix { $0 != " " }
            let words = line[line.index(after: open)..<close].split(separator: " ")
            guard let version = words.first, let architecture = words.last else { continue }
            packages.insert("\(name)=\(version) \(architecture.filter { $0 != "[" && $0 != "]" })")
        }
        self.packages = packages.sorted()
    }

    /// The same for the same recipe and the same packages: `packages:` and the SHA-256 of both. Comments and the layout of
    /// the recipe's file are not part of it, nor is where the packages come from.
    /// - Parameter recipe: the text of the recipe's file.
    package func fingerprint(recipe: String) throws -> String {
        guard let node = try Yams.compose(yaml: recipe) else { throw BuildError("the recipe is empty") }
        var hash = SHA256()
        hash.update(data: Data(Self.content(of: node).utf8))
        for package in packages { hash.update(data: Data("\n\(package)".utf8)) }
        return "packages:" + hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

extension PackagePlan {
    /// What a value says, however it is written: `Yams.serialize` keeps quotes and flow style.
    private static func content(of node: Node) -> String {
        switch node {
        case .scalar(let scalar): "\(scalar.string.utf8.count):\(scalar.string)"
        case .sequence(let items): "[" + items.map { content(of: $0) }.joined() + "]"
        case .mapping(let pairs):
            "{" + pairs.map { content(of: $0.key) + content(of: $0.value) }.sorted().joined() + "}"
        case .alias(let alias): "*\(alias.anchor.rawValue)"
        }
    }
}

extension ImageBuilder {
    /// Asks the package archives what a build would install: their lists are fetched, no package is. Wants root.
    /// - Parameters: as of `build`.
    package func plan(
        recipe: Recipe, mirror: String? = nil, scratch: String = NSTemporaryDirectory()
    ) async throws -> PackagePlan {
        let sources = try sources(of: recipe, mirror: mirror)
        let workspace = try Workspace(in: scratch, output: scratch + "/plan")
        do {
            let log = try await simulate(recipe, sources, workspace)
            await workspace.remove(tools)
            let plan = PackagePlan(simulation: log)
            guard !plan.packages.isEmpty else {
                throw BuildError("mmdebstrap would install nothing: \(log.suffix(500))")
            }
            return plan
        } catch {
            await workspace.remove(tools)
            throw error
        }
    }

    /// What mmdebstrap and the apt in it say of an installation that does not take place.
    private func simulate(_ recipe: Recipe, _ sources: [AptSource], _ workspace: Workspace) async throws -> String {
        let file = workspace.directory + "/image.sources"
        let log = workspace.directory + "/simulation.log"
        try sources.write(to: file)
        func said() -> String {
            FileManager.default.contents(atPath: log).map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
        do {
            try await tools.run(
                "unshare",
                [
                    "--mount", "--propagation", "private", "--", "mmdebstrap", "--simulate", "--verbose",
                    "--logfile=\(log)",
                ] + recipe.mmdebstrapArguments(target: workspace.root, sources: file))
        } catch let error as BuildError {
            let lines = said().split(whereSeparator: \.isNewline)
                .filter { $0.hasPrefix("E:") || $0.hasPrefix("Err:") }
            throw BuildError("\(error)\(lines.suffix(5).joined(separator: "\n"))")
        }
        return said()
    }
}

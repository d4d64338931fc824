/// What depmod wrote about the kernel's modules: which devices they are for and what must be loaded before them.
package struct ModuleIndex: Sendable {
    /// Pattern and module, by what stands in front of the pattern's first `:` and, for PCI, by the vendor.
    private var aliases: [String: [(pattern: GlobPattern, module: String)]] = [:]
    /// Path of a module below the module directory, by normalised name.
    private var paths: [String: String] = [:]
    /// Names of the modules that must be loaded before one, nearest first.
    private var dependencies: [String: [String]] = [:]
    /// Names or aliases that should be loaded before a module where they exist.
    private var softDependencies: [String: [String]] = [:]
    private var builtin: Set<String> = []

    /// Takes the texts of `modules.alias`, `modules.dep`, `modules.softdep` and `modules.builtin`. Lines that cannot be
    /// read are left out.
    package init(aliases: String, dependencies: String, softDependencies: String, builtin: String) {
        for words in Self.lines(aliases) where words.count >= 3 && words[0] == "alias" {
            let key = Self.bucket(ofPattern: words[1])
            self.aliases[key, default: []].append((GlobPattern(words[1]), Self.name(words[2])))
        }
        for words in Self.lines(dependencies) {
            guard let first = words.first, first.hasSuffix(":") else { continue }
            let name = Self.name(ofPath: first.dropLast())
            paths[name] = String(first.dropLast())
            self.dependencies[name] = words.dropFirst().map(Self.name(ofPath:))
        }
        for words in Self.lines(softDependencies) where words.count >= 3 && words[0] == "softdep" {
            let before = words.dropFirst(2).prefix { $0 != "post:" }.filter { $0 != "pre:" }
            self.softDependencies[Self.name(words[1]), default: []] += before.map(String.init)
        }
        self.builtin = Set(Self.lines(builtin).compactMap { $0.first.map(Self.name(ofPath:)) })
    }

    /// Takes patterns of devices with the modules that are for them, and knows no files.
    package init(patterns: [(pattern: String, module: String)]) {
        for (pattern, module) in patterns {
            aliases[Self.bucket(ofPattern: pattern[...]), default: []].append((GlobPattern(pattern), module))
        }
    }

    /// Names of all modules.
    package var names: [String] { paths.keys.sorted() }

    /// The modules for a device with this modalias, or those that answer to an alias such as `fs-ext4`.
    package func modules(for alias: String) -> [String] {
        let bytes = Array(alias.utf8)
        var found: [String] = []
        for key in Set([Self.bucket(ofAlias: alias), Self.bus(alias), ""]) {
            for entry in aliases[key] ?? [] where !found.contains(entry.module) && entry.pattern.matches(bytes) {
                found.append(entry.module)
            }
        }
        return found
    }

    /// Paths of the files to load, in order, for a module or an alias; empty where it is unknown or built in.
    package func loadOrder(of nameOrAlias: String) -> [String] {
        var order: [String] = []
        var visited: Set<String> = []
        for name in resolve(nameOrAlias) { visit(name, into: &order, visited: &visited) }
        return order
    }

    /// True if the kernel has the module built in.
    package func isBuiltin(_ name: String) -> Bool { builtin.contains(Self.name(name)) }

    private func resolve(_ nameOrAlias: String) -> [String] {
        let name = Self.name(nameOrAlias)
        return paths[name] == nil ? modules(for: nameOrAlias) : [name]
    }

    private func visit(_ name: String, into order: inout [String], visited: inout Set<String>) {
        guard let path = paths[name], visited.insert(name).inserted else { return }
        for soft in softDependencies[name] ?? [] {
            for module in resolve(soft) { visit(module, into: &order, visited: &visited) }
        }
        for dependency in dependencies[name]?.reversed() ?? [] {
            visit(dependency, into: &order, visited: &visited)
        }
        order.append(path)
    }
}

extension ModuleIndex {
    /// The name of a module as the kernel prints it: with underscores.
    package static func name(_ text: some StringProtocol) -> String {
        String(text.map { $0 == "-" ? "_" : $0 })
    }

    /// The name of the module in a file such as `kernel/fs/ext4/ext4.ko.xz`.
    package static func name(ofPath path: some StringProtocol) -> String {
        let file = path.split(separator: "/").last.map { String($0) } ?? ""
        return name(file.prefix { $0 != "." })
    }

    /// `pci:v00008086` for a PCI pattern with a vendor, otherwise what stands in front of the first `:`; empty where that
    /// holds a wild card.
    private static func bucket(ofPattern pattern: Substring) -> String {
        let vendor = pattern.prefix(vendorLength)
        if vendor.count == vendorLength, vendor.hasPrefix("pci:v"), !vendor.contains(where: isSpecial) {
            return String(vendor)
        }
        let bus = bus(pattern)
        return bus.contains(where: isSpecial) ? "" : bus
    }

    private static func bucket(ofAlias alias: String) -> String {
        alias.hasPrefix("pci:v") ? String(alias.prefix(vendorLength)) : bus(alias)
    }

    private static let vendorLength = "pci:v00000000".count

    private static func bus(_ text: some StringProtocol) -> String { String(text.prefix { $0 != ":" }) }

    private static func isSpecial(_ character: Character) -> Bool { "*?[".contains(character) }

    private static func lines(_ text: String) -> [[Substring]] {
        text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { $0.split(separator: " ") }
    }
}

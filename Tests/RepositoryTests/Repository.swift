import FoundationEssentials

/// The checkout that these tests were built from.
enum Repository {
    static let root = String(#filePath.dropLast("/Tests/RepositoryTests/Repository.swift".count))

    /// Every Swift source of a target, by path.
    static func sources(of target: String) throws -> [(path: String, text: String)] {
        try files(below: "\(root)/Sources/\(target)").filter { $0.hasSuffix(".swift") }.map { path in
            (path, try String(contentsOf: URL(filePath: path), encoding: .utf8))
        }
    }

    /// Every `import` of a target's sources: the file and the module.
    static func imports(of target: String) throws -> [(file: String, module: String)] {
        try sources(of: target).flatMap { source in
            source.text.split(whereSeparator: \.isNewline).compactMap { line in
                let words = line.split(separator: " ")
                guard let index = words.firstIndex(of: "import"), index <= 2, index + 1 < words.count else {
                    return nil
                }
                guard
                    words[..<index].allSatisfy({
                        ["public", "package", "internal", "private", "fileprivate", "@testable", "@preconcurrency"]
                            .contains($0)
                    })
                else { return nil }
                let module = String(words[index + 1].split(separator: ".")[0])
                // Modules begin with a capital letter; what does not is Python in a string.
                return module.first?.isUppercase == true ? (source.path, module) : nil
            }
        }
    }

    private static func files(below directory: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: directory).map { "\(directory)/\($0)" }
    }
}

extension Recipe {
    /// What is wrong with the name of an image.
    static func refusal(ofName name: String) -> String {
        "'\(name)' is no image name, expected lower-case letters, digits, '.' and '-'"
    }

    /// Throws, naming the key, where a value cannot be what it should.
    func check(_ container: KeyedDecodingContainer<CodingKeys>) throws {
        func require(_ holds: Bool, _ key: CodingKeys, _ message: @autoclosure () -> String) throws {
            guard !holds else { return }
            throw DecodingError.dataCorruptedError(forKey: key, in: container, debugDescription: message())
        }
        try require(name.isWord(of: "-."), .name, Self.refusal(ofName: name))
        try require(suite.isWord(of: "-"), .suite, "'\(suite)' is no suite, expected a code name such as 'bookworm'")
        try require(architecture == "amd64", .architecture, "'\(architecture)' is not supported, expected 'amd64'")
        try require(!packages.isEmpty, .packages, "the list is empty")
        for package in packages {
            try require(package.isWord(of: "+-.:"), .packages, "'\(package)' is no package name")
        }
        for component in components {
            try require(component.isWord(of: "-/"), .components, "'\(component)' is no component")
        }
        for unit in enable + mask {
            try require(unit.isUnitName, .mask, "'\(unit)' is no unit name, expected one such as 'ssh.service'")
        }
        for generator in maskGenerators {
            try require(generator.isWord(of: "-"), .maskGenerators, "'\(generator)' is no generator's name")
        }
        for path in exclude {
            try require(path.isPlainAbsolutePath, .exclude, "'\(path)' is no absolute path")
        }
        for path in prune {
            try require(path.isPlainAbsolutePath, .prune, "'\(path)' is no absolute pattern without '..'")
        }
    }
}

extension String {
    /// Whether the text is made of lower-case letters, digits and `others`, and starts with a letter or digit.
    func isWord(of others: String) -> Bool {
        func isAlphanumeric(_ character: Character) -> Bool {
            ("a"..."z").contains(character) || ("0"..."9").contains(character)
        }
        guard let first, isAlphanumeric(first) else { return false }
        return allSatisfy { isAlphanumeric($0) || others.contains($0) }
    }

    /// Whether the text is a systemd unit's name with its type.
    var isUnitName: Bool {
        let types = ["service", "socket", "target", "timer", "mount", "automount", "path", "swap"]
        guard let dot = lastIndex(of: "."), dot != startIndex, types.contains(String(self[index(after: dot)...])) else {
            return false
        }
        return allSatisfy { ($0.isASCII && ($0.isLetter || $0.isNumber)) || "@-_.:\\".contains($0) }
    }

    /// Whether the text is an absolute path that names something below `/` and never climbs.
    var isPlainAbsolutePath: Bool {
        guard hasPrefix("/"), count > 1, !contains(where: \.isNewline), !contains("\0") else { return false }
        return split(separator: "/", omittingEmptySubsequences: false).dropFirst()
            .allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }
}

extension AptSource {
    /// Reads a `.sources` file: deb822 paragraphs. Disabled entries and entries of source packages are left out.
    package static func paragraphs(_ text: String) -> [AptSource] {
        var sources: [AptSource] = []
        var fields: [String: String] = [:]
        var current = ""
        for line in (text + "\n\n").split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("#") { continue }
            if line.allSatisfy(\.isWhitespace) {
                if let source = AptSource(fields) { sources.append(source) }
                fields = [:]
            } else if line.first?.isWhitespace == true {
                fields[current, default: ""] += "\n" + line
            } else if let colon = line.firstIndex(of: ":") {
                current = line[..<colon].lowercased()
                fields[current] = String(line[line.index(after: colon)...].drop(while: \.isWhitespace))
            }
        }
        return sources
    }

    /// Reads a `.list` file: `deb [options] URI suite component…` on each line.
    package static func lines(_ text: String) -> [AptSource] {
        text.split(separator: "\n").compactMap { AptSource(line: $0) }
    }

    private init?(_ fields: [String: String]) {
        func words(_ name: String) -> [String] {
            (fields[name] ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
        }
        guard words("types").contains("deb"), !["no", "false"].contains(fields["enabled"] ?? "yes") else { return nil }
        guard !words("uris").isEmpty, !words("suites").isEmpty else { return nil }
        self.init(
            uris: words("uris"), suites: words("suites"), components: words("components"),
            signedBy: fields["signed-by"])
    }

    private init?(line: Substring) {
        var rest = line.prefix { $0 != "#" }.drop(while: \.isWhitespace)
        guard rest.hasPrefix("deb ") || rest.hasPrefix("deb\t") else { return nil }
        rest = rest.dropFirst(3).drop(while: \.isWhitespace)
        var signedBy: String?
        if rest.hasPrefix("[") {
            guard let end = rest.firstIndex(of: "]") else { return nil }
            let options = rest[rest.index(after: rest.startIndex)..<end].split(whereSeparator: \.isWhitespace)
            signedBy = options.first { $0.hasPrefix("signed-by=") }.map { String($0.dropFirst("signed-by=".count)) }
            rest = rest[rest.index(after: end)...]
        }
        let words = rest.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count >= 2 else { return nil }
        self.init(uris: [words[0]], suites: [words[1]], components: Array(words.dropFirst(2)), signedBy: signedBy)
    }
}

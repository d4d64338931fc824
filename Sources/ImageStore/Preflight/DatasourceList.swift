/// `datasource_list` in a file of cloud-init: enough YAML to read the two forms that it is written in.
enum DatasourceList {
    private static let key = "datasource_list:"
    private static let bound = 64

    /// The names; nil where the file has no such list.
    static func read(_ text: String) -> [String]? {
        let lines = text.split(whereSeparator: \.isNewline).map(withoutComment)
        guard let start = lines.lastIndex(where: { $0.hasPrefix(key) }) else { return nil }
        let rest = lines[start].dropFirst(key.count).drop(while: \.isWhitespace)
        if rest.hasPrefix("[") {
            // In brackets, over several lines perhaps.
            let all = ([rest] + lines[(start + 1)...]).joined(separator: " ")
            return all.dropFirst().prefix { $0 != "]" }.split(separator: ",").prefix(bound).map(name)
                .filter { !$0.isEmpty }
        }
        let items = lines[(start + 1)...].map { $0.drop(while: \.isWhitespace) }.prefix { $0.hasPrefix("-") }
        return items.prefix(bound).map { name($0.dropFirst()) }
    }

    private static func withoutComment(_ line: Substring) -> Substring { line.prefix { $0 != "#" } }

    private static func name(_ text: Substring) -> String {
        String(PlainText.of(text.filter { !$0.isWhitespace && $0 != "\"" && $0 != "'" }).prefix(32))
    }
}

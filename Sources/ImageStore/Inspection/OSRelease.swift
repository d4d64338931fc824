import ImageFormat

extension OSFacts {
    /// Longer values are cut: an image is not trusted.
    private static let longestValue = 128

    /// Reads the text of an os-release(5) file; lines that are no assignments are left out.
    init(osRelease text: String) {
        self.init()
        for line in text.split(whereSeparator: \.isNewline) {
            guard let equals = line.firstIndex(of: "=") else { continue }
            let value = Self.value(line[line.index(after: equals)...])
            switch line[..<equals] {
            case "ID": id = value
            case "VERSION_ID": version = value
            case "PRETTY_NAME": name = value
            default: break
            }
        }
    }

    /// A value without its quotes, escapes and control characters; nil where nothing is left.
    private static func value(_ text: Substring) -> String? {
        var body = text
        for quote in ["\"", "'"] where body.count >= 2 && body.hasPrefix(quote) && body.hasSuffix(quote) {
            body = body.dropFirst().dropLast()
            break
        }
        let cleaned = String(PlainText.of(body).filter { $0 != "\\" }.prefix(longestValue))
        return cleaned.isEmpty ? nil : cleaned
    }
}

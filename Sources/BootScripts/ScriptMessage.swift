/// A line for people. It must not fail, so what could be misread becomes a space.
struct ScriptMessage {
    let text: String

    init(_ text: String) {
        let spaced = text.unicodeScalars.prefix(400).map { scalar in
            let byte = UInt8(exactly: scalar.value) ?? 0
            return isAlphanumeric(byte) || ".,:/()-_=".utf8.contains(byte) ? Character(scalar) : " "
        }
        // A word that starts with `-` would be an option of `echo`.
        let words = String(spaced).split(separator: " ").map { $0.drop { $0 == "-" } }.filter { !$0.isEmpty }
        self.text = String(words.joined(separator: " ").prefix(200))
    }
}

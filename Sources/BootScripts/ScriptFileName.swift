/// A name in `/stage/`.
struct ScriptFileName {
    let text: String

    init(_ text: String) throws(BootScriptError) {
        guard (1...64).contains(text.utf8.count), let first = text.utf8.first, isAlphanumeric(first),
            text.utf8.allSatisfy({ isHostCharacter($0) || $0 == UInt8(ascii: "_") })
        else { throw BootScriptError("'\(text)' is no name for a file of the stage: expected letters, digits, . _ -") }
        self.text = text
    }
}

/// A boot token: what base64url or hexadecimal writes.
struct ScriptToken {
    let text: String

    /// The error does not repeat the token.
    init(_ text: String) throws(BootScriptError) {
        guard (16...256).contains(text.utf8.count),
            text.utf8.allSatisfy({ isAlphanumeric($0) || "-_".utf8.contains($0) })
        else { throw BootScriptError("the boot token is not 16 to 256 letters, digits, - and _") }
        self.text = text
    }
}

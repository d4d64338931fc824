// What may stand in a script. iPXE expands `${…}` and reads quotes, backslashes, `#`, `||` and `&&`, so every value is
// held to the characters that its kind needs.

/// Whether a host name may hold this octet.
func isHostCharacter(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || ".-".utf8.contains(byte) }

/// Whether this is a letter or a digit of ASCII.
func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"):
        true
    default: false
    }
}

/// Octets in hexadecimal, with what they are behind `#` in each line.
func octets(_ annotated: String) -> [UInt8] {
    let digits = annotated.split(separator: "\n")
        .flatMap { $0.prefix { $0 != "#" }.filter { !$0.isWhitespace } }
    return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
        UInt8(String(digits[$0...$0 + 1]), radix: 16)
    }
}

/// This many zeros in hexadecimal.
func zeros(_ count: Int) -> String { String(repeating: "00", count: count) }

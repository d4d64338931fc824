/// What a terminal was told, without control sequences (ECMA-48), so that text can be found in it. Bytes may come in
/// pieces of any size.
package struct TerminalText {
    private enum State {
        case text
        case escape
        case sequence
    }

    private(set) var bytes: [UInt8] = []
    private var state = State.text

    /// The text so far; bytes that are not UTF-8 are replaced.
    package var plain: String { String(decoding: bytes, as: UTF8.self) }

    package init() {}

    package mutating func append(_ more: some Sequence<UInt8>) {
        for byte in more { append(byte) }
    }

    /// Appends, and tells whether `text` stands in what is new or across its beginning.
    package mutating func append(_ more: some Sequence<UInt8>, finding text: String) -> Bool {
        let pattern = Array(text.utf8)
        let start = max(0, bytes.count - pattern.count)
        append(more)
        return bytes[start...].contains(pattern)
    }

    private mutating func append(_ byte: UInt8) {
        switch (state, byte) {
        case (.text, 0x1B): state = .escape
        case (.text, 0x0A), (.text, 0x09), (.text, 0x20...): bytes.append(byte)
        case (.text, _): break
        case (.escape, UInt8(ascii: "[")): state = .sequence
        case (.escape, _): state = .text
        case (.sequence, 0x40...0x7E): state = .text
        case (.sequence, _): break
        }
    }
}

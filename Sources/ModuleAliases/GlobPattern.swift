/// A pattern of `modules.alias`, as fnmatch(3) reads it: `*`, `?` and sets like `[0-9a]` or `[!b]`.
package struct GlobPattern: Hashable, Sendable {
    private let pattern: [UInt8]

    package init(_ text: some StringProtocol) { pattern = Array(text.utf8) }

    /// True if the whole of `text` fits.
    package func matches(_ text: some StringProtocol) -> Bool { matches(Array(text.utf8)) }

    /// True if the whole of `bytes` fits. Takes at most pattern times text steps.
    package func matches(_ bytes: [UInt8]) -> Bool {
        var position = 0
        var index = 0
        var star: (pattern: Int, text: Int)?
        while index < bytes.count {
            if position < pattern.count, pattern[position] == UInt8(ascii: "*") {
                star = (position + 1, index)
                position += 1
            } else if let next = step(position, bytes[index]) {
                position = next
                index += 1
            } else if let last = star {
                star = (last.pattern, last.text + 1)
                (position, index) = (last.pattern, last.text + 1)
            } else {
                return false
            }
        }
        return pattern[position...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    /// The position behind the element at `position` if that element fits `byte`.
    private func step(_ position: Int, _ byte: UInt8) -> Int? {
        guard position < pattern.count else { return nil }
        switch pattern[position] {
        case UInt8(ascii: "?"): return position + 1
        case UInt8(ascii: "["): return set(at: position, holds: byte)
        case let literal: return literal == byte ? position + 1 : nil
        }
    }

    private func set(at position: Int, holds byte: UInt8) -> Int? {
        guard let end = pattern[position...].firstIndex(of: UInt8(ascii: "]")) else {
            return pattern[position] == byte ? position + 1 : nil
        }
        var members = pattern[(position + 1)..<end]
        let isNegated = members.first == UInt8(ascii: "!")
        if isNegated { members.removeFirst() }
        var found = false
        while let low = members.popFirst() {
            var high = low
            if members.first == UInt8(ascii: "-"), members.count > 1 {
                members.removeFirst()
                high = members.removeFirst()
            }
            found = found || (low <= high && (low...high).contains(byte))
        }
        return found != isNegated ? end + 1 : nil
    }
}

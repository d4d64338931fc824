/// A kernel's version, by which the newest is found: numbers in it count as numbers.
struct KernelVersion: Comparable {
    private let parts: [(text: String, number: Int?)]

    init(_ text: String) {
        var parts: [(text: String, number: Int?)] = []
        var rest = text[...]
        while let first = rest.first {
            let isDigit = first.isASCII && first.isNumber
            let part = rest.prefix { ($0.isASCII && $0.isNumber) == isDigit }
            parts.append((text: String(part), number: isDigit ? Int(part.suffix(18)) : nil))
            rest = rest.dropFirst(part.count)
        }
        self.parts = parts
    }

    static func == (left: KernelVersion, right: KernelVersion) -> Bool {
        left.parts.elementsEqual(right.parts) { $0.text == $1.text }
    }

    static func < (left: KernelVersion, right: KernelVersion) -> Bool {
        for (mine, other) in zip(left.parts, right.parts) {
            if let mine = mine.number, let other = other.number {
                if mine != other { return mine < other }
            } else if mine.text != other.text {
                return mine.text < other.text
            }
        }
        return left.parts.count < right.parts.count
    }
}

/// The options of a message in their order, each number at most once; unknown ones are kept as they came.
package struct OptionList: Hashable, Sendable {
    package private(set) var elements: [DHCPOption] = []

    package init() {}

    /// Takes `elements` in order; data of a number that appears again is appended to its first appearance (RFC 3396).
    package init(_ elements: [DHCPOption]) {
        for element in elements { append(element.bytes, to: element.code) }
    }

    /// The data of an option; nil where it is absent. Setting nil removes it; setting a new one appends it.
    package subscript(code: OptionCode) -> [UInt8]? {
        get { elements.first { $0.code == code }?.bytes }
        set {
            let index = elements.firstIndex { $0.code == code }
            switch (index, newValue) {
            case (let index?, let bytes?): elements[index].bytes = bytes
            case (let index?, nil): elements.remove(at: index)
            case (nil, let bytes?): elements.append(DHCPOption(code, bytes))
            case (nil, nil): break
            }
        }
    }

    /// The value of an option in its format: nil where it is absent, `DHCPError` where it is malformed.
    package func value<Value>(_ format: OptionFormat<Value>) throws(DHCPError) -> Value? {
        guard let bytes = self[format.code] else { return nil }
        return try format.decode(bytes)
    }

    /// Sets an option in its format; nil removes it.
    package mutating func set<Value>(_ format: OptionFormat<Value>, _ value: Value?) {
        self[format.code] = value.map(format.encode)
    }

    /// Takes the last option away; nil when there is none.
    package mutating func removeLast() -> DHCPOption? { elements.popLast() }

    mutating func append(_ bytes: [UInt8], to code: OptionCode) {
        if let index = elements.firstIndex(where: { $0.code == code }) {
            elements[index].bytes += bytes
        } else {
            elements.append(DHCPOption(code, bytes))
        }
    }
}

/// The options of a message in their order, each number at most once; unknown ones are kept as they came.
///
/// All of them stand in one array, because a server reads and writes tens of thousands of lists in a second.
package struct OptionList: Hashable, Sendable {
    /// Each option as its number, the size of its data in four octets, and its data.
    private var octets: [UInt8] = []

    /// Where one option stands in `octets`.
    private struct Place {
        let code: OptionCode
        let start: Int
        let end: Int

        var data: Range<Int> { start + OptionList.headerSize..<end }
    }

    private static let headerSize = 5

    package init() {}

    /// Takes `elements` in order; data of a number that appears again is appended to its first appearance (RFC 3396).
    package init(_ elements: [DHCPOption]) {
        for element in elements { append(element.bytes[...], to: element.code) }
    }

    /// The options, in their order.
    package var elements: [DHCPOption] {
        var elements: [DHCPOption] = []
        forEach { elements.append(DHCPOption($0, Array($1))) }
        return elements
    }

    /// The data of an option; nil where it is absent. Setting nil removes it; setting a new one appends it.
    package subscript(code: OptionCode) -> [UInt8]? {
        get { place(of: code).map { Array(octets[$0.data]) } }
        set {
            switch (place(of: code), newValue) {
            case (let place?, let bytes?):
                octets.replaceSubrange(place.data, with: bytes)
                setSize(bytes.count, at: place.start)
            case (let place?, nil): octets.removeSubrange(place.start..<place.end)
            case (nil, let bytes?): add(bytes[...], as: code)
            case (nil, nil): break
            }
        }
    }

    /// The value of an option in its format: nil where it is absent, `DHCPError` where it is malformed.
    package func value<Value>(_ format: OptionFormat<Value>) throws(DHCPError) -> Value? {
        guard let place = place(of: format.code) else { return nil }
        return try format.decode(octets[place.data])
    }

    /// The value of an option; nil where it is absent or malformed.
    package func lenient<Value>(_ format: OptionFormat<Value>) -> Value? {
        place(of: format.code).flatMap { format.read(octets[$0.data]) }
    }

    /// Sets an option in its format.
    package mutating func set<Value>(_ format: OptionFormat<Value>, _ value: Value) {
        if place(of: format.code) != nil { return self[format.code] = format.encode(value) }
        let start = addHeader(format.code)
        format.write(value, &octets)
        setSize(octets.count - start - Self.headerSize, at: start)
    }

    /// Sets an option in its format; nil removes it.
    package mutating func set<Value>(_ format: OptionFormat<Value>, _ value: Value?) {
        if let value { set(format, value) } else { self[format.code] = nil }
    }

    /// Calls `body` with the number and the data of each option, in their order.
    func forEach<Failure>(_ body: (OptionCode, ArraySlice<UInt8>) throws(Failure) -> Void) throws(Failure) {
        var start = 0
        while start < octets.count {
            let place = place(at: start)
            try body(place.code, octets[place.data])
            start = place.end
        }
    }

    /// Takes data in as that of a new option, or behind the data of the option that is there (RFC 3396).
    mutating func append(_ bytes: ArraySlice<UInt8>, to code: OptionCode) {
        guard let place = place(of: code) else { return add(bytes, as: code) }
        octets.replaceSubrange(place.end..<place.end, with: bytes)
        setSize(place.data.count + bytes.count, at: place.start)
    }

    private mutating func add(_ bytes: ArraySlice<UInt8>, as code: OptionCode) {
        let start = addHeader(code)
        octets.append(contentsOf: bytes)
        setSize(bytes.count, at: start)
    }

    /// Where the new option, which has no data yet, begins.
    private mutating func addHeader(_ code: OptionCode) -> Int {
        if octets.isEmpty { octets.reserveCapacity(256) }
        let start = octets.count
        octets.append(code.rawValue)
        octets.append(contentsOf: repeatElement(0, count: Self.headerSize - 1))
        return start
    }

    private mutating func setSize(_ size: Int, at start: Int) {
        for index in 1..<Self.headerSize {
            octets[start + index] = UInt8(truncatingIfNeeded: size >> (8 * (Self.headerSize - 1 - index)))
        }
    }

    private func place(of code: OptionCode) -> Place? {
        var start = 0
        while start < octets.count {
            let place = place(at: start)
            if place.code == code { return place }
            start = place.end
        }
        return nil
    }

    private func place(at start: Int) -> Place {
        let size = (1..<Self.headerSize).reduce(0) { $0 << 8 | Int(octets[start + $1]) }
        return Place(code: OptionCode(octets[start]), start: start, end: start + Self.headerSize + size)
    }
}

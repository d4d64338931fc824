/// Reads one field of options (RFC 2132 section 2).
enum OptionReader {
    /// Appends the options that stand in `range` of `bytes`, up to the end mark, which must be there.
    ///
    /// An overload option inside an overloaded field is refused: it would point back (RFC 2132 section 9.3).
    static func read(
        _ bytes: [UInt8], in range: Range<Int>, into options: inout OptionList, isOverloaded: Bool = false
    ) throws(DHCPError) {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let code = OptionCode(bytes[offset])
            if code == .end { return }
            if code == .pad {
                offset += 1
                continue
            }
            if isOverloaded && code == .overload {
                throw DHCPError(option: code, offset: offset, expected: "no overload option here", actual: "one")
            }
            offset = try readOne(code, bytes, at: offset, end: range.upperBound, into: &options)
        }
        throw DHCPError(option: .end, offset: range.upperBound, expected: "the end mark 255", actual: "the end of data")
    }

    private static func readOne(
        _ code: OptionCode, _ bytes: [UInt8], at offset: Int, end: Int, into options: inout OptionList
    ) throws(DHCPError) -> Int {
        guard offset + 1 < end else {
            throw DHCPError(option: code, offset: offset, expected: "a length octet", actual: "the end of data")
        }
        let length = Int(bytes[offset + 1])
        let start = offset + 2
        guard start + length <= end else {
            throw DHCPError(
                option: code, offset: offset + 1, expected: "at most \(end - start) octets of data", actual: "\(length)"
            )
        }
        options.append(bytes[start..<start + length], to: code)
        return start + length
    }
}

/// How the data of one option is read and written. Families of formats stand in `Options`, one file each; every format
/// is named in `KnownOptions.all`.
package struct OptionFormat<Value: Sendable>: Sendable {
    package let code: OptionCode
    package let name: String
    /// What well-formed data is, in the words of an error message.
    package let expected: String
    @usableFromInline let reading: @Sendable ([UInt8]) -> Value?
    @usableFromInline let writing: @Sendable (Value) -> [UInt8]

    /// - Parameter read: gives nil for malformed data.
    package init(
        _ code: UInt8, _ name: String, expected: String, read: @escaping @Sendable ([UInt8]) -> Value?,
        write: @escaping @Sendable (Value) -> [UInt8]
    ) {
        self.code = OptionCode(code)
        self.name = name
        self.expected = expected
        reading = read
        writing = write
    }

    /// Reads the option's data; `DHCPError` where it is malformed.
    @inlinable @inline(__always)
    package func decode(_ bytes: [UInt8]) throws(DHCPError) -> Value {
        guard let value = reading(bytes) else { throw failure(bytes) }
        return value
    }

    @usableFromInline
    func failure(_ bytes: [UInt8]) -> DHCPError {
        DHCPError(option: code, offset: 0, expected: "\(name): \(expected)", actual: describe(bytes))
    }

    /// The option's data.
    @inlinable @inline(__always)
    package func encode(_ value: Value) -> [UInt8] { writing(value) }
}

/// A format whatever its value is, for lists of formats.
package protocol AnyOptionFormat: Sendable {
    var code: OptionCode { get }
    var name: String { get }
    /// Data read and written again; `DHCPError` where it is malformed.
    func reencode(_ bytes: [UInt8]) throws(DHCPError) -> [UInt8]
}

extension OptionFormat: AnyOptionFormat {
    package func reencode(_ bytes: [UInt8]) throws(DHCPError) -> [UInt8] { encode(try decode(bytes)) }
}

/// Octets in the words of an error message: their count and the first sixteen.
func describe(_ bytes: some Collection<UInt8>) -> String {
    let digits = bytes.prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    return "\(bytes.count) octets \(digits)\(bytes.count > 16 ? "..." : "")"
}

/// How the data of one option is read and written. Families of formats stand in `Options`, one file each; every format
/// is named in `KnownOptions.all`. A class, because a generic structure costs more to hand over than an option to write.
package final class OptionFormat<Value: Sendable>: Sendable {
    package let code: OptionCode
    package let name: String
    /// What well-formed data is, in the words of an error message.
    package let expected: String
    /// Nil for malformed data.
    let read: @Sendable (ArraySlice<UInt8>) -> Value?
    /// Appends the data.
    let write: @Sendable (Value, inout [UInt8]) -> Void

    /// - Parameters:
    ///   - read: gives nil for malformed data.
    ///   - write: appends the data.
    package init(
        _ code: UInt8, _ name: String, expected: String, read: @escaping @Sendable (ArraySlice<UInt8>) -> Value?,
        write: @escaping @Sendable (Value, inout [UInt8]) -> Void
    ) {
        self.code = OptionCode(code)
        self.name = name
        self.expected = expected
        self.read = read
        self.write = write
    }

    /// Reads the option's data; `DHCPError` where it is malformed.
    package func decode(_ bytes: [UInt8]) throws(DHCPError) -> Value { try decode(bytes[...]) }

    func decode(_ bytes: ArraySlice<UInt8>) throws(DHCPError) -> Value {
        guard let value = read(bytes) else {
            throw DHCPError(option: code, offset: 0, expected: "\(name): \(expected)", actual: describe(bytes))
        }
        return value
    }

    /// The option's data.
    package func encode(_ value: Value) -> [UInt8] {
        var bytes: [UInt8] = []
        write(value, &bytes)
        return bytes
    }
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

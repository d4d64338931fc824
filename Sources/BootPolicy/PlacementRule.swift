/// One port of one switch, as its relay agent names it (DHCP option 82), and the place that it leads to.
public struct PlacementRule: Hashable, Sendable {
    /// The circuit id (sub-option 1); nil where any will do.
    public let circuit: [UInt8]?
    /// The remote id (sub-option 2); nil where any will do.
    public let remote: [UInt8]?
    public let placement: Placement

    /// - Parameters:
    ///   - circuit, remote: printable ASCII as it stands on the wire, or `0x` and pairs of hexadecimal digits.
    /// - Throws: `PlacementRuleError` where neither is given, one is written wrongly, or the place says nothing.
    public init(circuit: String?, remote: String?, placement: Placement) throws(PlacementRuleError) {
        guard circuit != nil || remote != nil else {
            throw PlacementRuleError("expected `circuit`, `remote` or both")
        }
        guard placement != Placement() else { throw PlacementRuleError("expected `name`, `rack` or `unit`") }
        if let unit = placement.unit, unit < 1 { throw PlacementRuleError("unit \(unit): units are counted from 1") }
        self.circuit = try Self.bytes(of: circuit, "circuit")
        self.remote = try Self.bytes(of: remote, "remote")
        self.placement = placement
    }

    /// True where all that the rule names is the same, octet by octet.
    func fits(circuit: [UInt8]?, remote: [UInt8]?) -> Bool {
        (self.circuit == nil || self.circuit == circuit) && (self.remote == nil || self.remote == remote)
    }

    private static func bytes(of text: String?, _ name: String) throws(PlacementRuleError) -> [UInt8]? {
        guard let text else { return nil }
        if text.hasPrefix("0x") {
            guard let bytes = hexBytes(text.utf8.dropFirst(2)) else {
                throw PlacementRuleError("\(name) '\(text)': expected pairs of hexadecimal digits after 0x")
            }
            return bytes
        }
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw PlacementRuleError("\(name) '\(text)': expected printable ASCII, or 0x and hexadecimal digits")
        }
        return Array(text.utf8)
    }

    /// Nil where the digits are no pairs, or there are none.
    private static func hexBytes(_ digits: some Collection<UInt8>) -> [UInt8]? {
        let values = digits.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard values.count == digits.count, !values.isEmpty, values.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
    }
}

/// What is wrong with a placement rule.
public struct PlacementRuleError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}

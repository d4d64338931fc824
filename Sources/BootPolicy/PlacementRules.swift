import NetworkTypes

/// Tells from what relay agents add to DHCP messages where a host stands. The first rule that fits decides.
public struct PlacementRules: Hashable, Sendable {
    public var rules: [PlacementRule]

    public init(_ rules: [PlacementRule] = []) { self.rules = rules }

    /// The place behind a port; nil where no rule fits.
    ///
    /// - Parameters:
    ///   - circuit: the circuit id of option 82; nil where the relay agent sent none.
    ///   - remote: its remote id.
    public func placement(circuit: [UInt8]?, remote: [UInt8]?) -> Placement? {
        guard var placement = rules.first(where: { $0.fits(circuit: circuit, remote: remote) })?.placement else {
            return nil
        }
        placement.port = Self.port(circuit: circuit, remote: remote)
        return placement
    }

    /// Both ids as far as they are there, in the form that rules are written in.
    private static func port(circuit: [UInt8]?, remote: [UInt8]?) -> String? {
        let ids = [circuit, remote].compactMap { $0 }.filter { !$0.isEmpty }.map { bytes in
            let isText = bytes.allSatisfy { (0x20...0x7E).contains($0) }
            return isText ? String(decoding: bytes, as: UTF8.self) : "0x" + bytes.map(hexByte).joined()
        }
        return ids.isEmpty ? nil : ids.joined(separator: " of ")
    }
}

package import NetworkTypes

/// What a relay agent says about a client's place (RFC 3046): sub-options in their order; unknown ones survive.
package struct RelayAgentInformation: Hashable, Sendable {
    /// The number of a sub-option (IANA's registry "DHCP Relay Agent Sub-Option Codes"). An open set.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// The port or circuit that the client is on (RFC 3046 section 3.1).
        package static let circuitID = Code(rawValue: 1)
        /// The remote end of that circuit, often the switch (RFC 3046 section 3.2).
        package static let remoteID = Code(rawValue: 2)
        /// An address of the client's link, where giaddr is not of it (RFC 3527).
        package static let linkSelection = Code(rawValue: 5)
        /// What the answer has to name as the server, so that renewals come to the relay agent (RFC 5107).
        package static let serverIdentifierOverride = Code(rawValue: 11)
    }

    /// One sub-option; its data is 0 to 255 octets.
    package struct Suboption: Hashable, Sendable {
        package var code: Code
        package var bytes: [UInt8]

        package init(_ code: Code, _ bytes: [UInt8]) {
            self.code = code
            self.bytes = bytes
        }
    }

    package let suboptions: [Suboption]

    package init(_ suboptions: [Suboption]) { self.suboptions = suboptions }

    /// Reads the data of option 82; nil where a sub-option reaches beyond its end or there is none.
    package init?(bytes: some Collection<UInt8>) {
        var suboptions: [Suboption] = []
        var rest = bytes[...]
        while let code = rest.popFirst() {
            guard let length = rest.popFirst(), rest.count >= Int(length) else { return nil }
            suboptions.append(Suboption(Code(rawValue: code), Array(rest.prefix(Int(length)))))
            rest = rest.dropFirst(Int(length))
        }
        guard !suboptions.isEmpty else { return nil }
        self.suboptions = suboptions
    }

    /// The data of option 82.
    package var bytes: [UInt8] {
        suboptions.flatMap { [$0.code.rawValue, UInt8(truncatingIfNeeded: $0.bytes.count)] + $0.bytes.prefix(255) }
    }

    package var circuitID: [UInt8]? { self[.circuitID] }

    package var remoteID: [UInt8]? { self[.remoteID] }

    /// Nil where it is absent, `DHCPError` where it is no address.
    package var linkSelection: IPv4Address? {
        get throws(DHCPError) { try address(.linkSelection) }
    }

    /// Nil where it is absent, `DHCPError` where it is no address.
    package var serverIdentifierOverride: IPv4Address? {
        get throws(DHCPError) { try address(.serverIdentifierOverride) }
    }

    private subscript(code: Code) -> [UInt8]? { suboptions.first { $0.code == code }?.bytes }

    private func address(_ code: Code) throws(DHCPError) -> IPv4Address? {
        guard let bytes = self[code] else { return nil }
        guard let address = IPv4Address(bytes) else {
            throw DHCPError(
                option: .relayAgentInformation, offset: 0, expected: "4 octets in sub-option \(code.rawValue)",
                actual: describe(bytes))
        }
        return address
    }
}

extension KnownOptions {
    /// RFC 3046.
    package static let relayAgentInformation = OptionFormat<RelayAgentInformation>(
        OptionCode.relayAgentInformation.rawValue, "relay agent information",
        expected: "one or more whole sub-options", read: { RelayAgentInformation(bytes: $0) },
        write: { $1 += $0.bytes })
}

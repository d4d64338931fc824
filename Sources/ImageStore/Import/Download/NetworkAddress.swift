import Glibc

/// An IPv4 or IPv6 address; one of IPv4 in its IPv6 form (RFC 4291 section 2.5.5.2).
package struct NetworkAddress: Hashable, Sendable, CustomStringConvertible {
    /// 16 octets.
    let bytes: [UInt8]

    private static let mappedPrefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]

    /// Reads a numeric address: `10.0.0.1`, `2001:db8::1`.
    package init?(_ text: String) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            self.init(four)
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            self.init(six)
        } else {
            return nil
        }
    }

    /// Takes the address out of a socket address; nil for other families.
    init?(_ address: UnsafePointer<sockaddr>) {
        switch CInt(address.pointee.sa_family) {
        case AF_INET:
            self.init(address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { $0.pointee.sin_addr })
        case AF_INET6:
            self.init(address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { $0.pointee.sin6_addr })
        default: return nil
        }
    }

    private init(_ address: in_addr) {
        bytes = Self.mappedPrefix + withUnsafeBytes(of: address.s_addr) { Array($0) }
    }

    private init(_ address: in6_addr) { bytes = withUnsafeBytes(of: address) { Array($0) } }

    private init(four: ArraySlice<UInt8>) { bytes = Self.mappedPrefix + four }

    var isIPv4: Bool { bytes.starts(with: Self.mappedPrefix) }

    /// This address, and the IPv4 address that a gateway would make of it: 6to4 (RFC 3056), NAT64 (RFC 6052), the
    /// compatible form (RFC 4291 section 2.5.5.1).
    var meanings: [NetworkAddress] {
        if bytes.starts(with: [0x20, 0x02]) { return [self, NetworkAddress(four: bytes[2..<6])] }
        let translated: [UInt8] = [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]
        let compatible = [UInt8](repeating: 0, count: 12)
        if bytes.starts(with: translated) || bytes.starts(with: compatible) {
            return [self, NetworkAddress(four: bytes[12...])]
        }
        return [self]
    }

    package var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = isIPv4 ? AF_INET : AF_INET6
        (isIPv4 ? Array(bytes[12...]) : bytes).withUnsafeBytes { bytes in
            _ = inet_ntop(family, bytes.baseAddress, &text, socklen_t(text.count))
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// A range of addresses: `10.0.0.0/8`, `fe80::/10`, or one address.
package struct NetworkRange: Hashable, Sendable {
    private let start: [UInt8]
    /// Bits, of 128.
    private let length: Int

    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = NetworkAddress(String(first)) else { return nil }
        let most = address.isIPv4 ? 32 : 128
        var bits = most
        if parts.count == 2 {
            guard let given = Int(parts[1]), (0...most).contains(given) else { return nil }
            bits = given
        }
        self.init(address, length: bits + 128 - most)
    }

    /// The network that an address with this mask is in.
    package init?(address: String, mask: String) {
        guard let address = NetworkAddress(address), let mask = NetworkAddress(mask), address.isIPv4 == mask.isIPv4
        else { return nil }
        let octets = mask.isIPv4 ? mask.bytes[12...] : mask.bytes[...]
        let bits = octets.reduce(0) { $0 + $1.nonzeroBitCount }
        self.init(address, length: bits + (mask.isIPv4 ? 96 : 0))
    }

    /// - Parameter length: of 128 bits.
    init(_ address: NetworkAddress, length: Int) {
        self.length = length
        start = address.bytes.enumerated().map { index, byte in
            let kept = min(max(length - index * 8, 0), 8)
            return byte & ~(kept == 8 ? 0 : UInt8(0xFF) >> UInt8(kept))
        }
    }

    package func contains(_ address: NetworkAddress) -> Bool { NetworkRange(address, length: length).start == start }
}

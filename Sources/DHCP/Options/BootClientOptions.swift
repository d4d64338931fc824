package import NetworkTypes

extension KnownOptions {
    /// The architectures that a client can boot, best first (RFC 4578 section 2.1).
    package static let clientArchitecture = OptionFormat<[ClientArchitecture]>(
        93, "client architecture", expected: "a multiple of 2 octets, at least 2",
        read: { bytes in
            guard !bytes.isEmpty, bytes.count.isMultiple(of: 2) else { return nil }
            return stride(from: bytes.startIndex, to: bytes.endIndex, by: 2).map {
                ClientArchitecture(rawValue: UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]))
            }
        },
        write: { list, bytes in
            for item in list { bytes += [UInt8(item.rawValue >> 8), UInt8(truncatingIfNeeded: item.rawValue)] }
        })
}

/// The network interface identifier of option 94: type 1 is UNDI, then its version.
package struct NetworkInterfaceIdentifier: Hashable, Sendable {
    package var type: UInt8
    package var major: UInt8
    package var minor: UInt8

    package init(type: UInt8, major: UInt8, minor: UInt8) {
        self.type = type
        self.major = major
        self.minor = minor
    }
}

extension KnownOptions {
    /// RFC 4578 section 2.2.
    package static let networkInterface = OptionFormat<NetworkInterfaceIdentifier>(
        94, "network interface identifier", expected: "3 octets",
        read: { bytes in
            guard bytes.count == 3 else { return nil }
            let start = bytes.startIndex
            return NetworkInterfaceIdentifier(type: bytes[start], major: bytes[start + 1], minor: bytes[start + 2])
        },
        write: { $1 += [$0.type, $0.major, $0.minor] })

    /// The machine's UUID in the byte order in which its firmware sends it (RFC 4578 section 2.3).
    package static let machineIdentifier = OptionFormat<SystemUUID>(
        97, "machine identifier", expected: "17 octets, the first of them 0",
        read: { $0.first == 0 ? SystemUUID($0.dropFirst()) : nil }, write: { $1 += [0] + $0.bytes })
}

import NetworkTypes

/// The identities of a virtual host that its configuration leaves open: always the same for the same names.
enum DerivedIdentity {
    /// Locally administered, with QEMU's own prefix.
    static func mac(rack: String, host: String, nic: Int) -> MACAddress {
        let hash = digest("\(rack)/\(host)/nic\(nic)")
        let bytes: [UInt8] = [0x52, 0x54, 0x00] + (0..<3).map { UInt8(truncatingIfNeeded: hash >> ($0 * 8)) }
        return MACAddress(bytes) ?? .zero
    }

    /// A version 4, variant 1 UUID by its fixed bits.
    static func uuid(rack: String, host: String) -> SystemUUID? {
        let halves = [digest("\(rack)/\(host)/a"), digest("\(rack)/\(host)/b")]
        var bytes = halves.flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> ($0 * 8)) } }
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        return SystemUUID(bytes)
    }

    static func serial(host: String) -> String { "RACK-\(host.uppercased())" }

    static func diskSerial(host: String, disk: Int) -> String { "\(host.prefix(12).uppercased())-DISK\(disk)" }

    /// FNV-1a, 64 bits, with a final mix so that near names end far apart.
    private static func digest(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash ^= hash >> 33
        hash &*= 0xFF51_AFD7_ED55_8CCD
        return hash ^ hash >> 33
    }
}

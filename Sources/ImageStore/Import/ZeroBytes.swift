/// Looks for zeros.
enum ZeroBytes {
    /// Whether all of `bytes` is zero.
    static func fill(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let step = 64
        var offset = 0
        while offset + step <= bytes.count {
            let block = bytes.loadUnaligned(fromByteOffset: offset, as: SIMD8<UInt64>.self)
            if block != .zero { return false }
            offset += step
        }
        return bytes[offset...].allSatisfy { $0 == 0 }
    }
}

extension Compression {
    /// The plain bytes of `source`.
    /// - Parameter memoryLimit: what the decoder may use, in bytes.
    func unpacking(_ source: any ByteSource, memoryLimit: Int) throws -> any ByteSource {
        switch self {
        case .none: source
        case .gz: try GzipBytes(source)
        case .xz: try XzBytes(source, memoryLimit: memoryLimit)
        case .zst: try ZstdBytes(source, memoryLimit: memoryLimit)
        }
    }
}

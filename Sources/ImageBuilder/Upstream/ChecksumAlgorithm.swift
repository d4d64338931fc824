/// The digests that distributions publish of their images.
package enum ChecksumAlgorithm: String, Hashable, Sendable, Decodable {
    case sha256
    case sha512

    /// Hexadecimal digits of a digest.
    package var digits: Int {
        switch self {
        case .sha256: 64
        case .sha512: 128
        }
    }
}

/// Why a packed stream could not be unpacked.
package enum StreamError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The stream ends in the middle.
    case truncated(Compression)
    /// It is not of the declared kind, or damaged.
    case malformed(Compression, reason: String)
    /// Bytes follow its end that belong to no further stream.
    case trailingBytes(Compression)
    /// Unpacking needs more memory than is allowed, in bytes.
    case tooMuchMemory(Compression, limit: Int)

    package var description: String {
        switch self {
        case .truncated(let kind): "the \(kind.rawValue) stream ends early: the file is incomplete"
        case .malformed(let kind, let reason): "the \(kind.rawValue) stream is malformed: \(reason)"
        case .trailingBytes(let kind): "the \(kind.rawValue) stream is followed by bytes that do not belong to it"
        case .tooMuchMemory(let kind, let limit):
            "unpacking the \(kind.rawValue) stream needs more than \(limit >> 20) MiB of memory: pack it anew with a "
                + "smaller window"
        }
    }
}

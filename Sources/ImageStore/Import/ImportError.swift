/// Why an image was not imported.
package enum ImportError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The request cannot be carried out as it is.
    case invalidRequest(String)
    /// The source could not be fetched.
    case download(String)
    /// The source has another digest than the request names.
    case wrongChecksum(expected: String, found: String)
    /// The source is not what was declared, or cannot be trusted.
    case refused(String)
    /// The source or the disk in it is larger than allowed, in bytes.
    case tooLarge(what: String, limit: UInt64)
    /// `qemu-img` failed.
    case conversion(String)
    /// The disk of a root file system could not be made on this machine.
    case building(String)
    /// A disk like this could never be deployed.
    case undeployable(String)

    package var description: String {
        switch self {
        case .invalidRequest(let reason): reason
        case .download(let reason): "the download failed: \(reason)"
        case .wrongChecksum(let expected, let found):
            "the source's checksum is \(found), expected \(expected): it is damaged or another file"
        case .refused(let reason): "the image is refused: \(reason)"
        case .tooLarge(let what, let limit): "\(what) is larger than the limit of \(limit) bytes"
        case .conversion(let reason): "qemu-img could not convert the image: \(reason)"
        case .building(let reason): "the disk could not be made: \(reason)"
        case .undeployable(let reason): "the image could never be deployed: \(reason)"
        }
    }
}

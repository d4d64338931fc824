/// One disk image to import.
package struct ImportRequest: Hashable, Sendable {
    /// Where the image is.
    package enum Source: Hashable, Sendable {
        /// A regular file on this machine.
        case file(String)
        /// An `http` or `https` URL.
        case url(String)
    }

    package var source: Source
    /// What the source is once unpacked. The declared format decides; it is never guessed.
    package var format: DiskImageFormat
    package var compression: Compression
    /// 64 lower-case hexadecimal digits: the SHA-256 of the source as it stands, packed or not.
    package var sha256: String?

    package init(
        source: Source, format: DiskImageFormat, compression: Compression = .none, sha256: String? = nil
    ) {
        self.source = source
        self.format = format
        self.compression = compression
        self.sha256 = sha256
    }
}

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
    /// 128 lower-case hexadecimal digits: the same as SHA-512. Of a URL only.
    package var sha512: String?
    /// Bytes of the disk that a root file system gets; nil for what it needs and some.
    package var diskSize: UInt64?

    package init(
        source: Source, format: DiskImageFormat, compression: Compression = .none, sha256: String? = nil,
        sha512: String? = nil, diskSize: UInt64? = nil
    ) {
        self.source = source
        self.format = format
        self.compression = compression
        self.sha256 = sha256
        self.sha512 = sha512
        self.diskSize = diskSize
    }
}

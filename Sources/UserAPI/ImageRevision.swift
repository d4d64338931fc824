package import ImageFormat

/// One immutable revision of an image.
package struct ImageRevision: Codable, Hashable, Sendable {
    /// 1, 2, ...
    package var number: Int
    /// The SHA-256 of the manifest's exact bytes.
    package var digest: ChunkDigest
    package var created: Timestamp
    /// The virtual disk in bytes.
    package var diskSize: UInt64
    /// The bytes that are not holes.
    package var dataSize: UInt64
    /// Bytes.
    package var sectorSize: Int
    package var os: OSFacts
    /// The firmware modes it boots in: `bios`, `uefi`.
    package var firmware: [String]
    /// `stable` or `candidate`: what a public image's revision is fit for; nil where it is not published.
    package var channel: String?
    /// Since when it should not be used any more, or will be.
    package var deprecated: Timestamp?
    /// Since when it cannot be deployed any more, or will be.
    package var retired: Timestamp?
    /// What it was made of; nil where nobody said.
    package var origin: ImageOrigin?

    package init(
        number: Int, digest: ChunkDigest, created: Timestamp, diskSize: UInt64, dataSize: UInt64, sectorSize: Int,
        os: OSFacts, firmware: [String], channel: String? = nil, deprecated: Timestamp? = nil,
        retired: Timestamp? = nil, origin: ImageOrigin? = nil
    ) {
        self.number = number
        self.digest = digest
        self.created = created
        self.diskSize = diskSize
        self.dataSize = dataSize
        self.sectorSize = sectorSize
        self.os = os
        self.firmware = firmware
        self.channel = channel
        self.deprecated = deprecated
        self.retired = retired
        self.origin = origin
    }
}

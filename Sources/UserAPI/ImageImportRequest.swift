/// Orders the import of a disk image: POST `/api/v1/imports`. The answer is a `TaskDetail`.
package struct ImageImportRequest: Codable, Hashable, Sendable {
    /// The image that gets a new revision, made if it does not exist.
    package var name: String
    /// `raw`, `qcow2`, `vmdk`, `vhd` or `vhdx`: what the source is once unpacked; `tar` for a root file system, which
    /// becomes a bootable disk; `chunked` for an export in chunks. The declared format decides; it is never guessed.
    package var format: String
    /// An `http` or `https` URL, `s3://BUCKET/KEY`, `upload:ID`, or an absolute path on the server.
    package var source: String
    /// How the source is packed: `none`, `gz`, `xz` or `zst`; nil is `none`.
    package var compression: String?
    /// Lower-case hexadecimal; the source as it stands, packed or not, must have this digest.
    package var sha256: String?
    /// As `sha256`; of a URL only.
    package var sha512: String?
    /// The name of the account's credential, where the source is `s3://BUCKET/KEY`.
    package var credential: String?
    /// The token that opens the manifest of the source `region:KEY/DIGEST`, at that region.
    package var ticket: String?
    /// Bytes of the disk that a root file system gets, in whole MiB; nil for what it needs and some.
    package var diskSize: UInt64?
    /// What the source is; kept with the revision.
    package var origin: ImageOrigin?
    /// `stable` or `candidate`: makes the image public and puts the new revision there, both at the moment at which it is
    /// made; administrators only.
    package var channel: String?
    /// The newest revision that the image has, 0 for none: refused where it has another one by now, or one is being made.
    package var after: Int?

    package init(
        name: String, format: String, source: String, compression: String? = nil, sha256: String? = nil,
        sha512: String? = nil, credential: String? = nil, ticket: String? = nil, diskSize: UInt64? = nil,
        origin: ImageOrigin? = nil, channel: String? = nil, after: Int? = nil
    ) {
        self.name = name
        self.format = format
        self.source = source
        self.compression = compression
        self.sha256 = sha256
        self.sha512 = sha512
        self.credential = credential
        self.ticket = ticket
        self.diskSize = diskSize
        self.origin = origin
        self.channel = channel
        self.after = after
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case name, format, source, compression, sha256, sha512, credential, ticket, diskSize, origin, channel, after
    }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        format = try container.decode(String.self, forKey: .format)
        source = try container.decode(String.self, forKey: .source)
        compression = try container.decodeIfPresent(String.self, forKey: .compression)
        sha256 = try container.decodeIfPresent(String.self, forKey: .sha256)
        sha512 = try container.decodeIfPresent(String.self, forKey: .sha512)
        credential = try container.decodeIfPresent(String.self, forKey: .credential)
        ticket = try container.decodeIfPresent(String.self, forKey: .ticket)
        diskSize = try container.decodeIfPresent(UInt64.self, forKey: .diskSize)
        origin = try container.decodeIfPresent(ImageOrigin.self, forKey: .origin)
        channel = try container.decodeIfPresent(String.self, forKey: .channel)
        after = try container.decodeIfPresent(Int.self, forKey: .after)
    }
}

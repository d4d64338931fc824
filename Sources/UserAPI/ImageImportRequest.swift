/// Orders the import of a disk image: POST `/api/v1/imports`. The answer is a `TaskDetail`.
package struct ImageImportRequest: Codable, Hashable, Sendable {
    /// The image that gets a new revision, made if it does not exist.
    package var name: String
    /// `raw`, `qcow2`, `vmdk`, `vhd` or `vhdx`: what the source is once unpacked; `chunked` for an export in
    /// chunks. The declared format decides; it is never guessed.
    package var format: String
    /// An `http` or `https` URL, `s3://BUCKET/KEY`, `upload:ID`, or an absolute path on the server.
    package var source: String
    /// How the source is packed: `none`, `gz`, `xz` or `zst`; nil is `none`.
    package var compression: String?
    /// Lower-case hexadecimal; the source as it stands, packed or not, must have this digest.
    package var sha256: String?
    /// The name of the account's credential, where the source is `s3://BUCKET/KEY`.
    package var credential: String?
    /// The token that opens the manifest of the source `region:KEY/DIGEST`, at that region.
    package var ticket: String?

    package init(
        name: String, format: String, source: String, compression: String? = nil, sha256: String? = nil,
        credential: String? = nil, ticket: String? = nil
    ) {
        self.name = name
        self.format = format
        self.source = source
        self.compression = compression
        self.sha256 = sha256
        self.credential = credential
        self.ticket = ticket
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case name, format, source, compression, sha256, credential, ticket
    }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        format = try container.decode(String.self, forKey: .format)
        source = try container.decode(String.self, forKey: .source)
        compression = try container.decodeIfPresent(String.self, forKey: .compression)
        sha256 = try container.decodeIfPresent(String.self, forKey: .sha256)
        credential = try container.decodeIfPresent(String.self, forKey: .credential)
        ticket = try container.decodeIfPresent(String.self, forKey: .ticket)
    }
}

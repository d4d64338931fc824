/// Orders the export of a revision to an object storage: POST `/api/v1/exports`. The answer is a `TaskDetail`.
package struct ExportRequest: Codable, Hashable, Sendable {
    /// `NAME`, `OWNER:NAME` or an id.
    package var image: String
    /// The newest one if absent.
    package var revision: Int?
    /// `raw.zst`, `qcow2` or `chunked`.
    package var format: String
    /// The name of the account's credential.
    package var credential: String
    package var bucket: String
    /// What the objects' keys begin with; `IMAGE-REVISION` follows. Empty if absent.
    package var prefix: String?

    package init(
        image: String, revision: Int? = nil, format: String, credential: String, bucket: String,
        prefix: String? = nil
    ) {
        self.image = image
        self.revision = revision
        self.format = format
        self.credential = credential
        self.bucket = bucket
        self.prefix = prefix
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case image, revision, format, credential, bucket, prefix
    }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        image = try container.decode(String.self, forKey: .image)
        revision = try container.decodeIfPresent(Int.self, forKey: .revision)
        format = try container.decode(String.self, forKey: .format)
        credential = try container.decode(String.self, forKey: .credential)
        bucket = try container.decode(String.self, forKey: .bucket)
        prefix = try container.decodeIfPresent(String.self, forKey: .prefix)
    }
}

/// Begins an upload: POST `/api/v1/uploads`. The answer is an `UploadDetail`.
package struct UploadRequest: Codable, Hashable, Sendable {
    /// Bytes of the whole file.
    package var size: UInt64

    package init(size: UInt64) { self.size = size }

    private enum CodingKeys: String, CodingKey, CaseIterable { case size }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        size = try decoder.container(keyedBy: CodingKeys.self).decode(UInt64.self, forKey: .size)
    }
}

/// A file that is sent piece by piece: GET `/api/v1/uploads/{upload}`. PATCH appends a body from the byte on that the query's
/// `offset` names, which has to be the upload's own; whoever was interrupted asks for it and goes on there.
package struct UploadDetail: Codable, Hashable, Sendable {
    package var id: String
    /// Bytes that have come and are on the medium.
    package var offset: UInt64
    /// Bytes of the whole file.
    package var size: UInt64
    package var created: Timestamp
    /// When it is thrown away unless it becomes an image.
    package var expires: Timestamp

    package init(id: String, offset: UInt64, size: UInt64, created: Timestamp, expires: Timestamp) {
        self.id = id
        self.offset = offset
        self.size = size
        self.created = created
        self.expires = expires
    }
}

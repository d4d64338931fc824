import GRDB

/// A file that is being sent, piece by piece: how much of it has come is the size of its file.
package struct UploadRecord: Hashable, Sendable {
    package let id: String
    package let accountID: String
    /// Bytes of the whole file.
    package let size: UInt64
    /// Seconds since 1970.
    package let createdAt: Int64

    package init(id: String, accountID: String, size: UInt64, createdAt: Int64) {
        self.id = id
        self.accountID = accountID
        self.size = size
        self.createdAt = createdAt
    }
}

extension Schema {
    static let uploads = [
        """
        CREATE TABLE uploads (
            id TEXT PRIMARY KEY NOT NULL, account_id TEXT NOT NULL, size BIGINT NOT NULL, created_at BIGINT NOT NULL)
        """,
        "CREATE INDEX uploads_by_account ON uploads (account_id)",
    ]
}

extension StoreTransaction {
    package func insert(_ upload: UploadRecord) throws {
        try db.execute(
            sql: "INSERT INTO uploads (id, account_id, size, created_at) VALUES (?, ?, ?, ?)",
            arguments: [upload.id, upload.accountID, Int64(clamping: upload.size), upload.createdAt])
    }

    package func upload(id: String) throws -> UploadRecord? {
        try Row.fetchOne(db, sql: "SELECT * FROM uploads WHERE id = ?", arguments: [id]).map(Self.upload)
    }

    /// Uploads, oldest first; those of one account if it is given.
    package func uploads(accountID: String? = nil) throws -> [UploadRecord] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM uploads WHERE (? IS NULL OR account_id = ?) ORDER BY created_at, id",
            arguments: [accountID, accountID]
        ).map(Self.upload)
    }

    package func removeUpload(id: String) throws {
        try db.execute(sql: "DELETE FROM uploads WHERE id = ?", arguments: [id])
    }

    private static func upload(_ row: Row) -> UploadRecord {
        let size: Int64 = row["size"]
        return UploadRecord(
            id: row["id"], accountID: row["account_id"], size: UInt64(max(size, 0)), createdAt: row["created_at"])
    }
}

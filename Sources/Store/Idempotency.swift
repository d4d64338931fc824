import GRDB

/// What became of a request that its client may send again.
package struct RepeatableRequest: Hashable, Sendable {
    /// The digest of method, path and body.
    package var digest: String
    /// nil while it is carried out.
    package var status: Int?
    package var body: String?

    package init(digest: String, status: Int? = nil, body: String? = nil) {
        self.digest = digest
        self.status = status
        self.body = body
    }
}

extension Schema {
    static let idempotency = [
        """
        CREATE TABLE idempotency (
            account_id TEXT NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL, status INTEGER, body TEXT,
            created_at BIGINT NOT NULL, PRIMARY KEY (account_id, key))
        """,
        "CREATE INDEX idempotency_by_time ON idempotency (created_at)",
    ]
}

extension StoreTransaction {
    /// How long an answer is kept, in seconds.
    private static let answerLifetime: Int64 = 86400

    /// Enters a request, unless one with this key is known: then that one is returned.
    package func beginRepeatable(
        _ request: RepeatableRequest, key: String, accountID: String, now: Int64
    ) throws -> RepeatableRequest? {
        try db.execute(sql: "DELETE FROM idempotency WHERE created_at <= ?", arguments: [now - Self.answerLifetime])
        let known = try Row.fetchOne(
            db, sql: "SELECT digest, status, body FROM idempotency WHERE account_id = ? AND key = ?",
            arguments: [accountID, key])
        if let known {
            return RepeatableRequest(digest: known["digest"], status: known["status"], body: known["body"])
        }
        try db.execute(
            sql: "INSERT INTO idempotency (account_id, key, digest, created_at) VALUES (?, ?, ?, ?)",
            arguments: [accountID, key, request.digest, now])
        return nil
    }

    /// Keeps the answer to a request.
    package func endRepeatable(key: String, accountID: String, status: Int, body: String) throws {
        try db.execute(
            sql: "UPDATE idempotency SET status = ?, body = ? WHERE account_id = ? AND key = ?",
            arguments: [status, body, accountID, key])
    }

    /// Forgets the requests that a former process did not end: what became of them nobody knows, so that they are carried
    /// out when they are sent again.
    package func forgetUnendedRepeatables() throws {
        try db.execute(sql: "DELETE FROM idempotency WHERE status IS NULL")
    }

    /// Forgets a request that has changed nothing.
    package func forgetRepeatable(key: String, accountID: String) throws {
        try db.execute(
            sql: "DELETE FROM idempotency WHERE account_id = ? AND key = ?", arguments: [accountID, key])
    }
}

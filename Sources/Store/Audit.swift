import GRDB
import ImageFormat

/// One line of the audit log: a change that somebody asked for over the API, or how it ended.
package struct AuditEntry: Codable, Hashable, Sendable {
    /// 1, 2, ...
    package var number: Int64
    /// Seconds since 1970.
    package var at: Int64
    package var accountID: String
    /// The account's name at that time.
    package var accountName: String
    /// Where the request came from: an IP address.
    package var address: String
    /// The operation's name in the OpenAPI document.
    package var operation: String
    /// Path and query of the request.
    package var target: String
    /// What was asked for, as JSON text without what is secret; nil where there was no body of that kind.
    package var body: String?
    /// The number of the entry whose outcome this is; nil for a request.
    package var outcomeOf: Int64?
    /// The HTTP status that ended the request.
    package var status: Int?

    package init(
        number: Int64 = 0, at: Int64, accountID: String, accountName: String, address: String, operation: String,
        target: String, body: String? = nil, outcomeOf: Int64? = nil, status: Int? = nil
    ) {
        self.number = number
        self.at = at
        self.accountID = accountID
        self.accountName = accountName
        self.address = address
        self.operation = operation
        self.target = target
        self.body = body
        self.outcomeOf = outcomeOf
        self.status = status
    }
}

/// Which entries are asked for; nil takes all.
package struct AuditFilter: Hashable, Sendable {
    /// The id of an account.
    package var accountID: String?
    package var operation: String?
    /// Seconds since 1970, inclusive.
    package var from: Int64?
    /// Seconds since 1970, exclusive.
    package var to: Int64?
    /// Entries with a higher number only.
    package var after: Int64

    package init(
        accountID: String? = nil, operation: String? = nil, from: Int64? = nil, to: Int64? = nil, after: Int64 = 0
    ) {
        self.accountID = accountID
        self.operation = operation
        self.from = from
        self.to = to
        self.after = after
    }
}

/// Where the audit log is not what was written.
package struct AuditBreak: Error, Hashable, Sendable, CustomStringConvertible {
    /// The first entry that does not follow from those before it.
    package var number: Int64

    package var description: String { "entry \(number) of the audit log is not what was written, or one is missing" }
}

extension Schema {
    /// Each entry's hash is over the hash before it and the exact text of the document.
    static let audit = [
        """
        CREATE TABLE audit (
            number INTEGER PRIMARY KEY, at BIGINT NOT NULL, account_id TEXT NOT NULL, operation TEXT NOT NULL,
            document TEXT NOT NULL, hash TEXT NOT NULL)
        """,
        "CREATE INDEX audit_by_account ON audit (account_id, number)",
    ]
}

extension StoreTransaction {
    /// The hash that the first entry follows.
    private static let firstHash = String(repeating: "0", count: 64)

    /// Appends an entry, whose number is set; returns it.
    package func append(_ entry: AuditEntry) throws -> AuditEntry {
        let last = try Row.fetchOne(db, sql: "SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1")
        var entry = entry
        entry.number = (last?["number"] ?? Int64(0)) + 1
        let document = try encodeDocument(entry)
        try db.execute(
            sql: "INSERT INTO audit (number, at, account_id, operation, document, hash) VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [
                entry.number, entry.at, entry.accountID, entry.operation, document,
                Self.hash(after: last?["hash"] ?? Self.firstHash, document),
            ])
        return entry
    }

    /// Entries, oldest first.
    package func auditEntries(_ filter: AuditFilter, limit: Int) throws -> [AuditEntry] {
        try String.fetchAll(
            db,
            sql: """
                SELECT document FROM audit WHERE number > ? AND (? IS NULL OR account_id = ?)
                AND (? IS NULL OR operation = ?) AND (? IS NULL OR at >= ?) AND (? IS NULL OR at < ?)
                ORDER BY number LIMIT ?
                """,
            arguments: [
                filter.after, filter.accountID, filter.accountID, filter.operation, filter.operation, filter.from,
                filter.from, filter.to, filter.to, limit,
            ]
        ).map { try decodeDocument(AuditEntry.self, $0, table: "audit") }
    }

    /// The hash of the newest entry, and how many there are: whoever keeps them elsewhere can tell later whether the log
    /// was cut or rewritten. Throws `AuditBreak` where an entry does not follow from those before it.
    package func verifyAudit() throws -> (count: Int64, hash: String) {
        var count: Int64 = 0
        var hash = Self.firstHash
        let rows = try Row.fetchCursor(
            db, sql: "SELECT number, at, account_id, operation, document, hash FROM audit ORDER BY number")
        while let row = try rows.next() {
            count += 1
            let document: String = row["document"]
            hash = Self.hash(after: hash, document)
            let entry = try? decodeDocument(AuditEntry.self, document, table: "audit")
            // The columns are what is searched: they have to say the same.
            guard row["number"] == count, row["hash"] == hash, entry?.number == count, row["at"] == entry?.at,
                row["account_id"] == entry?.accountID, row["operation"] == entry?.operation
            else { throw AuditBreak(number: count) }
        }
        return (count, hash)
    }

    private static func hash(after last: String, _ document: String) -> String {
        ChunkDigest(of: Array("\(last)\n\(document)".utf8)).description
    }
}

package import AccessPolicy
import GRDB
package import ImageFormat

/// A token of the user API as stored: only its hash.
package struct APITokenRecord: Hashable, Sendable {
    package var id: String
    package var hash: String
    package var accountID: String
    /// What it is for, in its owner's words.
    package var name: String
    /// Seconds since 1970.
    package var createdAt: Int64
    /// Seconds since 1970; nil: it does not expire.
    package var expiresAt: Int64?
    /// The only manifest that it opens, with its chunks; nil: it opens what its account may.
    package var manifest: ChunkDigest?

    package init(
        id: String, hash: String, accountID: String, name: String, createdAt: Int64, expiresAt: Int64?,
        manifest: ChunkDigest? = nil
    ) {
        self.id = id
        self.hash = hash
        self.accountID = accountID
        self.name = name
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.manifest = manifest
    }
}

extension StoreTransaction {
    /// Every account, by name.
    package func accounts() throws -> [Account] {
        try String.fetchAll(db, sql: "SELECT document FROM accounts ORDER BY name").map(Self.account)
    }

    package func account(id: String) throws -> Account? {
        try String.fetchOne(db, sql: "SELECT document FROM accounts WHERE id = ?", arguments: [id]).map(Self.account)
    }

    package func account(named name: String) throws -> Account? {
        try String.fetchOne(db, sql: "SELECT document FROM accounts WHERE name = ?", arguments: [name])
            .map(Self.account)
    }

    /// The account that a person means by `text`: an id or a name.
    package func account(matching text: String) throws -> Account? {
        try account(id: text) ?? account(named: text)
    }

    /// Inserts or replaces an account.
    package func save(_ account: Account) throws {
        try db.execute(
            sql: """
                INSERT INTO accounts (id, name, document) VALUES (?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET name = excluded.name, document = excluded.document
                """,
            arguments: [account.id, account.name, try encodeDocument(account)])
    }

    /// Forgets an account with its tokens and the shares that it received. Its images have to be gone.
    package func removeAccount(id: String) throws {
        try db.execute(sql: "DELETE FROM accounts WHERE id = ?", arguments: [id])
    }

    package func insert(_ token: APITokenRecord) throws {
        try db.execute(
            sql: """
                INSERT INTO account_tokens (id, hash, account_id, name, created_at, expires_at, manifest)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                token.id, token.hash, token.accountID, token.name, token.createdAt, token.expiresAt,
                token.manifest?.description,
            ])
    }

    package func apiToken(hash: String) throws -> APITokenRecord? {
        try Row.fetchOne(db, sql: "SELECT * FROM account_tokens WHERE hash = ?", arguments: [hash]).map(Self.token)
    }

    package func apiToken(id: String) throws -> APITokenRecord? {
        try Row.fetchOne(db, sql: "SELECT * FROM account_tokens WHERE id = ?", arguments: [id]).map(Self.token)
    }

    /// The tokens of an account, oldest first.
    package func apiTokens(accountID: String) throws -> [APITokenRecord] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM account_tokens WHERE account_id = ? ORDER BY created_at, id",
            arguments: [accountID]
        ).map(Self.token)
    }

    package func removeAPIToken(id: String) throws {
        try db.execute(sql: "DELETE FROM account_tokens WHERE id = ?", arguments: [id])
    }

    private static func token(_ row: Row) throws -> APITokenRecord {
        let manifest: String? = row["manifest"]
        let digest = manifest.flatMap { ChunkDigest($0) }
        // A damaged one must not open everything.
        guard manifest == nil || digest != nil else {
            throw StoreError(description: "a row of table account_tokens is damaged")
        }
        return APITokenRecord(
            id: row["id"], hash: row["hash"], accountID: row["account_id"], name: row["name"],
            createdAt: row["created_at"], expiresAt: row["expires_at"], manifest: digest)
    }

    private static func account(_ text: String) throws -> Account {
        try decodeDocument(Account.self, text, table: "accounts")
    }
}

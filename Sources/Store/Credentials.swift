import GRDB

/// How an account reaches an object storage; its secret is sealed with a key outside the database.
package struct CredentialRecord: Codable, Hashable, Sendable {
    package let id: String
    package let accountID: String
    /// Unique among the account's.
    package let name: String
    /// `http` or `https`, with host and port.
    package let endpoint: String
    /// Such as `us-east-1`.
    package let region: String
    package let accessKey: String
    package let sealedSecret: String
    /// Seconds since 1970.
    package let createdAt: Int64

    package init(
        id: String, accountID: String, name: String, endpoint: String, region: String, accessKey: String,
        sealedSecret: String, createdAt: Int64
    ) {
        self.id = id
        self.accountID = accountID
        self.name = name
        self.endpoint = endpoint
        self.region = region
        self.accessKey = accessKey
        self.sealedSecret = sealedSecret
        self.createdAt = createdAt
    }
}

extension Schema {
    static let credentials = [
        """
        CREATE TABLE credentials (
            id TEXT PRIMARY KEY NOT NULL, account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
            name TEXT NOT NULL, document TEXT NOT NULL, UNIQUE (account_id, name))
        """
    ]
}

extension StoreTransaction {
    package func insert(_ credential: CredentialRecord) throws {
        try db.execute(
            sql: "INSERT INTO credentials (id, account_id, name, document) VALUES (?, ?, ?, ?)",
            arguments: [credential.id, credential.accountID, credential.name, try encodeDocument(credential)])
    }

    /// An account's credentials, by name.
    package func credentials(accountID: String) throws -> [CredentialRecord] {
        try String.fetchAll(
            db, sql: "SELECT document FROM credentials WHERE account_id = ? ORDER BY name", arguments: [accountID]
        ).map { try decodeDocument(CredentialRecord.self, $0, table: "credentials") }
    }

    package func credential(accountID: String, name: String) throws -> CredentialRecord? {
        try credentials(accountID: accountID).first { $0.name == name }
    }

    package func removeCredential(id: String) throws {
        try db.execute(sql: "DELETE FROM credentials WHERE id = ?", arguments: [id])
    }
}

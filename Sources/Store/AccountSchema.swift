import AccessPolicy
import GRDB
import ImageFormat
import Provisioning
import UserAPI

extension Schema {
    /// Accounts, their tokens, and images that belong to them. What there was belongs to the first account.
    static func makeAccounts(_ db: Database) throws {
        for statement in accounts { try db.execute(sql: statement) }
        let tx = StoreTransaction(db: db)
        let oldest = try Int64.fetchOne(db, sql: "SELECT MIN(created_at) FROM api_tokens")
        try tx.save(
            Account(id: Account.firstID, name: "administrator", role: .administrator, createdAt: oldest ?? 0))
        try db.execute(
            sql: """
                INSERT INTO account_tokens (id, hash, account_id, name, created_at)
                SELECT 't-' || substr(hash, 1, 12), hash, ?, name, created_at FROM api_tokens
                """,
            arguments: [Account.firstID])
        try db.execute(sql: "DROP TABLE api_tokens")
        try moveImages(db)
        try moveDeployments(db)
    }

    private static let accounts = [
        "CREATE TABLE accounts (id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL UNIQUE, document TEXT NOT NULL)",
        """
        CREATE TABLE account_tokens (
            id TEXT PRIMARY KEY NOT NULL, hash TEXT NOT NULL UNIQUE,
            account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE, name TEXT NOT NULL,
            created_at BIGINT NOT NULL, expires_at BIGINT)
        """,
        "CREATE INDEX account_tokens_by_account ON account_tokens (account_id)",
        "ALTER TABLE revisions RENAME TO old_revisions",
        "ALTER TABLE images RENAME TO old_images",
        """
        CREATE TABLE images (
            id TEXT PRIMARY KEY NOT NULL, owner_id TEXT NOT NULL REFERENCES accounts (id), name TEXT NOT NULL,
            visibility TEXT NOT NULL, created_at BIGINT NOT NULL, document TEXT NOT NULL, UNIQUE (owner_id, name))
        """,
        "CREATE UNIQUE INDEX public_images_by_name ON images (name) WHERE visibility = 'public'",
        """
        CREATE TABLE revisions (
            image_id TEXT NOT NULL REFERENCES images (id) ON DELETE CASCADE, number INTEGER NOT NULL,
            digest TEXT NOT NULL, channel TEXT, created_at BIGINT NOT NULL, document TEXT NOT NULL,
            PRIMARY KEY (image_id, number))
        """,
        "CREATE INDEX revisions_by_digest ON revisions (digest)",
        """
        CREATE TABLE image_shares (
            id TEXT PRIMARY KEY NOT NULL, image_id TEXT NOT NULL REFERENCES images (id) ON DELETE CASCADE,
            receiver_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE, document TEXT NOT NULL,
            UNIQUE (image_id, receiver_id))
        """,
        "CREATE INDEX image_shares_by_receiver ON image_shares (receiver_id)",
        "ALTER TABLE deployments ADD COLUMN account_id TEXT",
        "ALTER TABLE deployments ADD COLUMN image_id TEXT",
        "CREATE INDEX deployments_by_account ON deployments (account_id, number)",
        "CREATE INDEX deployments_by_image ON deployments (image_id, number)",
    ]

    /// The id of an image that had only its name until now; the same each time.
    private static func imageID(_ name: String) -> String {
        "im-" + ChunkDigest(of: Array(name.utf8)).description.prefix(12)
    }

    private static func moveImages(_ db: Database) throws {
        for row in try Row.fetchAll(db, sql: "SELECT name, created_at FROM old_images") {
            let name: String = row["name"]
            let image = Image(id: imageID(name), ownerID: Account.firstID, name: name, createdAt: row["created_at"])
            try db.execute(
                sql: """
                    INSERT INTO images (id, owner_id, name, visibility, created_at, document)
                    VALUES (?, ?, ?, 'private', ?, ?)
                    """,
                arguments: [image.id, image.ownerID, image.name, image.createdAt, try encodeDocument(image)])
            try db.execute(
                sql: """
                    INSERT INTO revisions (image_id, number, digest, created_at, document)
                    SELECT ?, number, digest, created_at, json_remove(json_set(document, '$.imageID', ?), '$.image')
                    FROM old_revisions WHERE image_name = ?
                    """,
                arguments: [imageID(name), imageID(name), name])
        }
        try db.execute(sql: "DROP TABLE old_revisions")
        try db.execute(sql: "DROP TABLE old_images")
    }

    private static func moveDeployments(_ db: Database) throws {
        let rows = try Row.fetchAll(
            db, sql: "SELECT id, json_extract(document, '$.imageName') AS image FROM deployments")
        for row in rows {
            let id: String = row["id"]
            let image: String? = row["image"]
            guard let image else { throw StoreError(description: "deployment \(id) names no image") }
            try db.execute(
                sql: """
                    UPDATE deployments SET account_id = ?, image_id = ?,
                    document = json_set(document, '$.accountID', ?, '$.imageID', ?) WHERE id = ?
                    """,
                arguments: [Account.firstID, imageID(image), Account.firstID, imageID(image), id])
        }
    }
}

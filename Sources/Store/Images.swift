package import AccessPolicy
import GRDB

extension StoreTransaction {
    /// Every image, also those that have no revision yet, by name.
    package func images() throws -> [Image] {
        try String.fetchAll(db, sql: "SELECT document FROM images ORDER BY name, id").map(Self.image)
    }

    package func images(ownerID: String) throws -> [Image] {
        try String.fetchAll(
            db, sql: "SELECT document FROM images WHERE owner_id = ? ORDER BY name", arguments: [ownerID]
        ).map(Self.image)
    }

    package func image(id: String) throws -> Image? {
        try String.fetchOne(db, sql: "SELECT document FROM images WHERE id = ?", arguments: [id]).map(Self.image)
    }

    package func image(ownerID: String, name: String) throws -> Image? {
        try String.fetchOne(
            db, sql: "SELECT document FROM images WHERE owner_id = ? AND name = ?", arguments: [ownerID, name]
        ).map(Self.image)
    }

    package func publicImage(named name: String) throws -> Image? {
        try String.fetchOne(
            db, sql: "SELECT document FROM images WHERE visibility = 'public' AND name = ?", arguments: [name]
        ).map(Self.image)
    }

    /// The images of one name that were offered to an account or accepted by it.
    package func sharedImages(named name: String, receiverID: String) throws -> [Image] {
        try String.fetchAll(
            db,
            sql: """
                SELECT i.document FROM images i JOIN image_shares s ON s.image_id = i.id
                WHERE i.name = ? AND s.receiver_id = ? ORDER BY i.id
                """,
            arguments: [name, receiverID]
        ).map(Self.image)
    }

    /// How many private images an account has, those that are being made among them.
    package func privateImageCount(ownerID: String) throws -> Int {
        try Int.fetchOne(
            db, sql: "SELECT COUNT(*) FROM images WHERE owner_id = ? AND visibility = 'private'",
            arguments: [ownerID]) ?? 0
    }

    /// Inserts or replaces an image.
    package func save(_ image: Image) throws {
        // It may have been another account's until now.
        try noteUsageChange(imageID: image.id)
        try noteUsageChange(ownerID: image.ownerID)
        try db.execute(
            sql: """
                INSERT INTO images (id, owner_id, name, visibility, created_at, document) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET owner_id = excluded.owner_id, name = excluded.name,
                visibility = excluded.visibility, document = excluded.document
                """,
            arguments: [
                image.id, image.ownerID, image.name, image.visibility.rawValue, image.createdAt,
                try encodeDocument(image),
            ])
    }

    /// Forgets an image with all its revisions and shares.
    package func removeImage(id: String) throws {
        try noteUsageChange(imageID: id)
        try db.execute(sql: "DELETE FROM images WHERE id = ?", arguments: [id])
    }

    /// Forgets the image if it has no revision; true if it has gone.
    package func removeImageWithoutRevisions(id: String) throws -> Bool {
        try db.execute(
            sql: "DELETE FROM images WHERE id = ? AND NOT EXISTS (SELECT 1 FROM revisions WHERE image_id = ?)",
            arguments: [id, id])
        return db.changesCount > 0
    }

    private static func image(_ text: String) throws -> Image {
        try decodeDocument(Image.self, text, table: "images")
    }
}

package import AccessPolicy
import GRDB

extension StoreTransaction {
    package func share(id: String) throws -> ImageShare? {
        try String.fetchOne(db, sql: "SELECT document FROM image_shares WHERE id = ?", arguments: [id])
            .map(Self.share)
    }

    /// The share of an image with an account.
    package func share(imageID: String, receiverID: String) throws -> ImageShare? {
        try String.fetchOne(
            db, sql: "SELECT document FROM image_shares WHERE image_id = ? AND receiver_id = ?",
            arguments: [imageID, receiverID]
        ).map(Self.share)
    }

    /// Everybody whom an image is shared with.
    package func shares(imageID: String) throws -> [ImageShare] {
        try String.fetchAll(
            db, sql: "SELECT document FROM image_shares WHERE image_id = ? ORDER BY id", arguments: [imageID]
        ).map(Self.share)
    }

    /// What is shared with an account.
    package func shares(receiverID: String) throws -> [ImageShare] {
        try String.fetchAll(
            db, sql: "SELECT document FROM image_shares WHERE receiver_id = ? ORDER BY id", arguments: [receiverID]
        ).map(Self.share)
    }

    /// What an account shares with others.
    package func shares(ownerID: String) throws -> [ImageShare] {
        try String.fetchAll(
            db,
            sql: """
                SELECT s.document FROM image_shares s JOIN images i ON i.id = s.image_id WHERE i.owner_id = ?
                ORDER BY s.id
                """,
            arguments: [ownerID]
        ).map(Self.share)
    }

    /// Inserts or replaces a share.
    package func save(_ share: ImageShare) throws {
        try db.execute(
            sql: """
                INSERT INTO image_shares (id, image_id, receiver_id, document) VALUES (?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET document = excluded.document
                """,
            arguments: [share.id, share.imageID, share.receiverID, try encodeDocument(share)])
    }

    package func removeShare(id: String) throws {
        try db.execute(sql: "DELETE FROM image_shares WHERE id = ?", arguments: [id])
    }

    private static func share(_ text: String) throws -> ImageShare {
        try decodeDocument(ImageShare.self, text, table: "image_shares")
    }
}

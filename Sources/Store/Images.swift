import GRDB
package import ImageFormat

/// One stored revision of an image.
package struct RevisionRecord: Codable, Sendable, Hashable {
    package var image: String
    /// 1, 2, ...
    package var number: Int
    /// The SHA-256 of the manifest's exact bytes.
    package var digest: ChunkDigest
    /// Seconds since 1970.
    package var createdAt: Int64
    /// The virtual disk in bytes.
    package var diskSize: UInt64
    /// The bytes that are not holes.
    package var dataSize: UInt64
    package var sectorSize: Int
    package var os: OSFacts
    package var firmware: [String]

    package init(image: String, number: Int, digest: ChunkDigest, createdAt: Int64, manifest: Manifest) {
        self.image = image
        self.number = number
        self.digest = digest
        self.createdAt = createdAt
        diskSize = manifest.diskSize
        dataSize = manifest.dataSize
        sectorSize = manifest.sectorSize
        os = manifest.os
        firmware = manifest.firmware
    }
}

extension StoreTransaction {
    /// Adds the next revision of an image, which is made if it is new.
    package func addRevision(
        image: String, digest: ChunkDigest, manifest: Manifest, now: Int64
    ) throws -> RevisionRecord {
        try db.execute(
            sql: "INSERT INTO images (name, created_at) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
            arguments: [image, now])
        let last = try Int.fetchOne(
            db, sql: "SELECT MAX(number) FROM revisions WHERE image_name = ?", arguments: [image])
        let record = RevisionRecord(
            image: image, number: (last ?? 0) + 1, digest: digest, createdAt: now, manifest: manifest)
        try db.execute(
            sql: "INSERT INTO revisions (image_name, number, digest, created_at, document) VALUES (?, ?, ?, ?, ?)",
            arguments: [image, record.number, digest.description, now, try encodeDocument(record)])
        return record
    }

    /// Every revision, by image and number.
    package func revisions() throws -> [RevisionRecord] {
        try String.fetchAll(db, sql: "SELECT document FROM revisions ORDER BY image_name, number").map(Self.revision)
    }

    package func revisions(image: String) throws -> [RevisionRecord] {
        try String.fetchAll(
            db, sql: "SELECT document FROM revisions WHERE image_name = ? ORDER BY number", arguments: [image]
        ).map(Self.revision)
    }

    /// Forgets an image with all revisions, or one revision of it (the image with its last one).
    package func removeImage(_ name: String, revision: Int?) throws {
        if let revision {
            try db.execute(
                sql: "DELETE FROM revisions WHERE image_name = ? AND number = ?", arguments: [name, revision])
            guard try revisions(image: name).isEmpty else { return }
        }
        try db.execute(sql: "DELETE FROM images WHERE name = ?", arguments: [name])
    }

    private static func revision(_ text: String) throws -> RevisionRecord {
        try decodeDocument(RevisionRecord.self, text, table: "revisions")
    }
}

package import AccessPolicy
import GRDB
package import ImageFormat
package import UserAPI

/// One stored revision of an image.
package struct RevisionRecord: Codable, Sendable, Hashable {
    package let imageID: String
    /// 1, 2, ...
    package let number: Int
    /// The SHA-256 of the manifest's exact bytes.
    package let digest: ChunkDigest
    /// Seconds since 1970.
    package let createdAt: Int64
    /// The virtual disk in bytes.
    package let diskSize: UInt64
    /// The bytes that are not holes.
    package let dataSize: UInt64
    package let sectorSize: Int
    package let os: OSFacts
    package let firmware: [String]
    /// nil: it is there for the image's owner only.
    package var channel: ReleaseChannel?
    package var lifecycle: ImageLifecycle?
    /// What it was made of; nil where nobody said.
    package var origin: ImageOrigin?

    package init(imageID: String, number: Int, digest: ChunkDigest, createdAt: Int64, manifest: Manifest) {
        self.imageID = imageID
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

/// Which revision of which image.
package struct RevisionKey: Hashable, Sendable {
    package let imageID: String
    package let number: Int
}

extension RevisionRecord {
    package var key: RevisionKey { RevisionKey(imageID: imageID, number: number) }
}

extension StoreTransaction {
    /// Adds the next revision of an image.
    package func addRevision(
        imageID: String, digest: ChunkDigest, manifest: Manifest, now: Int64
    ) throws -> RevisionRecord {
        guard var image = try image(id: imageID) else {
            throw StoreError(description: "there is no image \(imageID)")
        }
        let newest = try Int.fetchOne(
            db, sql: "SELECT MAX(number) FROM revisions WHERE image_id = ?", arguments: [imageID])
        let number = max(image.lastRevision ?? 0, newest ?? 0) + 1
        image.lastRevision = number
        try save(image)
        let record = RevisionRecord(
            imageID: imageID, number: number, digest: digest, createdAt: now, manifest: manifest)
        try db.execute(
            sql: "INSERT INTO revisions (image_id, number, digest, created_at, document) VALUES (?, ?, ?, ?, ?)",
            arguments: [imageID, record.number, digest.description, now, try encodeDocument(record)])
        return record
    }

    /// Replaces what is said of a revision.
    package func update(_ record: RevisionRecord) throws {
        try db.execute(
            sql: "UPDATE revisions SET channel = ?, document = ? WHERE image_id = ? AND number = ?",
            arguments: [record.channel?.rawValue, try encodeDocument(record), record.imageID, record.number])
    }

    /// Every revision of every image.
    package func revisions() throws -> [RevisionRecord] {
        try String.fetchAll(db, sql: "SELECT document FROM revisions ORDER BY image_id, number").map(Self.revision)
    }

    /// The revisions of an image, oldest first.
    package func revisions(imageID: String) throws -> [RevisionRecord] {
        try String.fetchAll(
            db, sql: "SELECT document FROM revisions WHERE image_id = ? ORDER BY number", arguments: [imageID]
        ).map(Self.revision)
    }

    /// Every revision whose manifest is this one.
    package func revisions(digest: ChunkDigest) throws -> [RevisionRecord] {
        try String.fetchAll(
            db, sql: "SELECT document FROM revisions WHERE digest = ?", arguments: [digest.description]
        ).map(Self.revision)
    }

    /// Forgets one revision, and the image with its last one.
    package func removeRevision(imageID: String, number: Int) throws {
        try noteUsageChange(imageID: imageID)
        try db.execute(
            sql: "DELETE FROM revisions WHERE image_id = ? AND number = ?", arguments: [imageID, number])
        _ = try removeImageWithoutRevisions(id: imageID)
    }

    private static func revision(_ text: String) throws -> RevisionRecord {
        try decodeDocument(RevisionRecord.self, text, table: "revisions")
    }
}

import Foundation
import GRDB
package import ImageFormat

/// A chunk and the room that it takes up in the chunk store.
package struct IndexedChunk: Hashable, Sendable {
    package var digest: ChunkDigest
    /// Bytes, compressed.
    package var storedSize: Int

    package init(digest: ChunkDigest, storedSize: Int) {
        self.digest = digest
        self.storedSize = storedSize
    }
}

extension Schema {
    /// Which manifest names which chunks. A manifest is indexed before a revision of it is entered.
    static let chunkIndex = [
        """
        CREATE TABLE manifests (
            id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, is_complete INTEGER NOT NULL,
            indexed_at BIGINT NOT NULL)
        """,
        """
        CREATE TABLE stored_chunks (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, stored_size BIGINT NOT NULL)
        """,
        """
        CREATE TABLE manifest_chunks (
            manifest_id BIGINT NOT NULL REFERENCES manifests (id) ON DELETE CASCADE,
            chunk_id BIGINT NOT NULL, PRIMARY KEY (manifest_id, chunk_id))
        """,
        "CREATE INDEX manifest_chunks_by_chunk ON manifest_chunks (chunk_id, manifest_id)",
    ]
}

extension Store {
    /// How many chunks one transaction enters: others that write wait meanwhile.
    private static let chunksAtOnce = 1000

    /// What is not named by a revision is forgotten after this many seconds: its revision may be about to be entered.
    private static let indexLifetime: Int64 = 3600

    /// Enters what a manifest names. It is durable with the next `write`.
    package func index(manifest: ChunkDigest, chunks: [IndexedChunk], now: Int64) async throws {
        let id = try await note { try $0.beginIndex(of: manifest, now: now) }
        for start in stride(from: 0, to: chunks.count, by: Self.chunksAtOnce) {
            let part = Array(chunks[start..<min(start + Self.chunksAtOnce, chunks.count)])
            try await note { try $0.addToIndex(of: id, part) }
        }
        try await note { try $0.completeIndex(of: id) }
    }

    /// Forgets what no revision names any more, one manifest at a time.
    package func pruneChunkIndex(now: Int64) async throws {
        let before = now - Self.indexLifetime
        for id in try await read({ try $0.unnamedManifests(indexedBefore: before) }) {
            try await note { try $0.removeFromIndex(id, indexedBefore: before) }
        }
    }
}

extension StoreTransaction {
    /// The manifests of revisions whose chunks are not known yet: those of an older version of Ingot.
    package func unindexedManifests() throws -> [ChunkDigest] {
        try String.fetchAll(
            db,
            sql: """
                SELECT DISTINCT digest FROM revisions
                WHERE digest NOT IN (SELECT digest FROM manifests WHERE is_complete = 1) ORDER BY digest
                """
        ).compactMap { ChunkDigest($0) }
    }

    /// Whether a manifest names the chunk.
    package func isNamed(chunk: ChunkDigest, by manifest: ChunkDigest) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM stored_chunks c JOIN manifest_chunks mc ON mc.chunk_id = c.id
                JOIN manifests m ON m.id = mc.manifest_id WHERE c.digest = ? AND m.digest = ?)
                """,
            arguments: [chunk.blob, manifest.description]) ?? false
    }

    /// Every revision whose manifest names the chunk.
    package func revisions(namingChunk chunk: ChunkDigest) throws -> [RevisionRecord] {
        try String.fetchAll(
            db,
            sql: """
                SELECT r.document FROM stored_chunks c JOIN manifest_chunks mc ON mc.chunk_id = c.id
                JOIN manifests m ON m.id = mc.manifest_id JOIN revisions r ON r.digest = m.digest WHERE c.digest = ?
                """,
            arguments: [chunk.blob]
        ).map { try decodeDocument(RevisionRecord.self, $0, table: "revisions") }
    }

    /// Every revision whose manifest names the chunk, by image and number.
    package func keysOfRevisions(namingChunk chunk: ChunkDigest) throws -> [RevisionKey] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT r.image_id, r.number FROM stored_chunks c JOIN manifest_chunks mc ON mc.chunk_id = c.id
                JOIN manifests m ON m.id = mc.manifest_id JOIN revisions r ON r.digest = m.digest WHERE c.digest = ?
                """)
        return try Row.fetchAll(statement, arguments: [chunk.blob]).map { RevisionKey(imageID: $0[0], number: $0[1]) }
    }

    /// Whether a published revision of a public image names the chunk.
    package func isPublic(chunk: ChunkDigest) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM stored_chunks c JOIN manifest_chunks mc ON mc.chunk_id = c.id
                JOIN manifests m ON m.id = mc.manifest_id JOIN revisions r ON r.digest = m.digest
                JOIN images i ON i.id = r.image_id
                WHERE c.digest = ? AND i.visibility = 'public' AND r.channel IS NOT NULL)
                """,
            arguments: [chunk.blob]) ?? false
    }

    /// Whether a published revision of a public image has this manifest.
    package func isPublic(manifest: ChunkDigest) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM revisions r JOIN images i ON i.id = r.image_id
                WHERE r.digest = ? AND i.visibility = 'public' AND r.channel IS NOT NULL)
                """,
            arguments: [manifest.description]) ?? false
    }

    /// The bytes that an account's private images take up: each chunk once, with the oldest image that has it.
    package func storedSizes(ownerID: String) throws -> [(imageID: String, bytes: UInt64)] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT i.id AS image_id, mc.chunk_id AS chunk_id, c.stored_size AS size
                FROM images i JOIN revisions r ON r.image_id = i.id JOIN manifests m ON m.digest = r.digest
                JOIN manifest_chunks mc ON mc.manifest_id = m.id JOIN stored_chunks c ON c.id = mc.chunk_id
                WHERE i.owner_id = ? AND i.visibility = 'private' ORDER BY i.created_at, i.id
                """,
            arguments: [ownerID]
        ).reduce(into: RoomCount()) { count, row in
            count.add(image: row["image_id"], chunk: row["chunk_id"], size: row["size"])
        }.sizes
    }

    fileprivate func unnamedManifests(indexedBefore moment: Int64) throws -> [Int64] {
        try Int64.fetchAll(
            db,
            sql: """
                SELECT id FROM manifests WHERE indexed_at < ? AND digest NOT IN (SELECT digest FROM revisions)
                """,
            arguments: [moment])
    }

    fileprivate func removeFromIndex(_ manifest: Int64, indexedBefore moment: Int64) throws {
        guard try unnamedManifests(indexedBefore: moment).contains(manifest) else { return }
        try db.execute(
            sql: """
                DELETE FROM stored_chunks WHERE id IN (SELECT chunk_id FROM manifest_chunks WHERE manifest_id = ?)
                AND NOT EXISTS (
                    SELECT 1 FROM manifest_chunks o WHERE o.chunk_id = stored_chunks.id AND o.manifest_id <> ?)
                """,
            arguments: [manifest, manifest])
        try db.execute(sql: "DELETE FROM manifests WHERE id = ?", arguments: [manifest])
    }

    fileprivate func beginIndex(of manifest: ChunkDigest, now: Int64) throws -> Int64 {
        try db.execute(
            sql: """
                INSERT INTO manifests (digest, is_complete, indexed_at) VALUES (?, 0, ?)
                ON CONFLICT (digest) DO UPDATE SET indexed_at = excluded.indexed_at
                """,
            arguments: [manifest.description, now])
        let id = try Int64.fetchOne(
            db, sql: "SELECT id FROM manifests WHERE digest = ?", arguments: [manifest.description])
        guard let id else { throw StoreError(description: "manifest \(manifest) was not entered") }
        return id
    }

    fileprivate func addToIndex(of manifest: Int64, _ chunks: [IndexedChunk]) throws {
        let chunk = try db.cachedStatement(
            sql: """
                INSERT INTO stored_chunks (digest, stored_size) VALUES (?, ?)
                ON CONFLICT (digest) DO UPDATE SET stored_size = excluded.stored_size
                """)
        let name = try db.cachedStatement(
            sql: """
                INSERT INTO manifest_chunks (manifest_id, chunk_id)
                SELECT ?, id FROM stored_chunks WHERE digest = ? ON CONFLICT DO NOTHING
                """)
        for entry in chunks {
            try chunk.execute(arguments: [entry.digest.blob, entry.storedSize])
            try name.execute(arguments: [manifest, entry.digest.blob])
        }
    }

    fileprivate func completeIndex(of manifest: Int64) throws {
        try db.execute(sql: "UPDATE manifests SET is_complete = 1 WHERE id = ?", arguments: [manifest])
        // A revision of an older version of Ingot is there before its index.
        try noteUsageChange(manifest: manifest)
    }
}

extension ChunkDigest {
    /// The 32 octets as the database keeps them.
    var blob: Data { Data(bytes) }
}

/// Adds up the room that images take up, each chunk with the first image that comes with it.
private struct RoomCount {
    private var seen: Set<Int64> = []
    private(set) var sizes: [(imageID: String, bytes: UInt64)] = []

    mutating func add(image: String, chunk: Int64, size: Int64) {
        if sizes.last?.imageID != image { sizes.append((image, 0)) }
        guard seen.insert(chunk).inserted else { return }
        let (sum, isTooMuch) = sizes[sizes.count - 1].bytes.addingReportingOverflow(UInt64(max(size, 0)))
        sizes[sizes.count - 1].bytes = isTooMuch ? .max : sum
    }
}

import GRDB

/// Another installation that images are copied to and from.
package struct RegionRecord: Codable, Hashable, Sendable {
    package let id: String
    /// Unique.
    package let name: String
    /// Of its user API: `http` or `https`, with host and port.
    package let url: String
    /// Its public keys, in the form of `TrustedKeys`.
    package let keys: String
    /// Seconds since 1970.
    package let createdAt: Int64

    package init(id: String, name: String, url: String, keys: String, createdAt: Int64) {
        self.id = id
        self.name = name
        self.url = url
        self.keys = keys
        self.createdAt = createdAt
    }
}

extension Schema {
    /// Regions, the tokens that accounts have there, and tokens that open one manifest and its chunks only.
    static let regions = [
        "CREATE TABLE regions (id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL UNIQUE, document TEXT NOT NULL)",
        """
        CREATE TABLE region_tokens (
            region_id TEXT NOT NULL REFERENCES regions (id) ON DELETE CASCADE,
            account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE, sealed TEXT NOT NULL,
            PRIMARY KEY (region_id, account_id))
        """,
        "ALTER TABLE account_tokens ADD COLUMN manifest TEXT",
    ]
}

extension StoreTransaction {
    /// Every region, by name.
    package func regions() throws -> [RegionRecord] {
        try String.fetchAll(db, sql: "SELECT document FROM regions ORDER BY name").map {
            try decodeDocument(RegionRecord.self, $0, table: "regions")
        }
    }

    /// The region that a person means by `text`: a name or an id.
    package func region(matching text: String) throws -> RegionRecord? {
        try regions().first { $0.name == text || $0.id == text }
    }

    package func insert(_ region: RegionRecord) throws {
        try db.execute(
            sql: "INSERT INTO regions (id, name, document) VALUES (?, ?, ?)",
            arguments: [region.id, region.name, try encodeDocument(region)])
    }

    /// Forgets a region with the tokens of everybody there.
    package func removeRegion(id: String) throws {
        try db.execute(sql: "DELETE FROM regions WHERE id = ?", arguments: [id])
    }

    /// Keeps an account's token at a region, sealed.
    package func saveRegionToken(regionID: String, accountID: String, sealed: String) throws {
        try db.execute(
            sql: """
                INSERT INTO region_tokens (region_id, account_id, sealed) VALUES (?, ?, ?)
                ON CONFLICT (region_id, account_id) DO UPDATE SET sealed = excluded.sealed
                """,
            arguments: [regionID, accountID, sealed])
    }

    package func regionToken(regionID: String, accountID: String) throws -> String? {
        try String.fetchOne(
            db, sql: "SELECT sealed FROM region_tokens WHERE region_id = ? AND account_id = ?",
            arguments: [regionID, accountID])
    }
}

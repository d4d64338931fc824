import AccessPolicy
import GRDB
package import Metering

extension Schema {
    /// How long which image took up how much room. `usage_changes` names the accounts whose images have changed since
    /// their segments were written.
    static let usage = [
        """
        CREATE TABLE meter (
            id INTEGER PRIMARY KEY CHECK (id = 1), seconds BIGINT NOT NULL, wall BIGINT NOT NULL, day BIGINT NOT NULL)
        """,
        "CREATE TABLE meter_days (day BIGINT PRIMARY KEY, start BIGINT NOT NULL)",
        """
        CREATE TABLE usage_segments (
            id INTEGER PRIMARY KEY, account_id TEXT NOT NULL, image_id TEXT NOT NULL, image_name TEXT NOT NULL,
            bytes BIGINT NOT NULL, begins BIGINT NOT NULL, ends BIGINT)
        """,
        "CREATE INDEX usage_segments_by_account ON usage_segments (account_id, ends)",
        "CREATE TABLE usage_changes (account_id TEXT PRIMARY KEY NOT NULL)",
        // What there is takes up room, too.
        "INSERT INTO usage_changes (account_id) SELECT DISTINCT owner_id FROM images",
    ]

    /// A day may come twice, and an image has one segment that goes on.
    static let usageMarks = [
        "CREATE TABLE meter_marks (start BIGINT PRIMARY KEY NOT NULL, day BIGINT NOT NULL)",
        "INSERT INTO meter_marks (start, day) SELECT start, MAX(day) FROM meter_days GROUP BY start",
        "DROP TABLE meter_days",
        """
        DELETE FROM usage_segments WHERE ends IS NULL AND id NOT IN (
            SELECT MIN(id) FROM usage_segments WHERE ends IS NULL GROUP BY account_id, image_id)
        """,
        "CREATE UNIQUE INDEX open_usage_segments ON usage_segments (account_id, image_id) WHERE ends IS NULL",
    ]
}

extension StoreTransaction {
    package func meterClock() throws -> MeterClock? {
        try Row.fetchOne(db, sql: "SELECT seconds, wall, day FROM meter").map {
            MeterClock(seconds: $0["seconds"], wall: $0["wall"], day: $0["day"])
        }
    }

    /// Keeps how far the meter is, and its new marks; of two with the same start the last holds.
    package func save(_ clock: MeterClock, marks: [MeterClock.Mark]) throws {
        try db.execute(
            sql: """
                INSERT INTO meter (id, seconds, wall, day) VALUES (1, ?, ?, ?) ON CONFLICT (id) DO UPDATE
                SET seconds = excluded.seconds, wall = excluded.wall, day = excluded.day
                """,
            arguments: [clock.seconds, clock.wall, clock.day])
        for mark in marks {
            try db.execute(
                sql: """
                    INSERT INTO meter_marks (start, day) VALUES (?, ?)
                    ON CONFLICT (start) DO UPDATE SET day = excluded.day
                    """,
                arguments: [mark.start, mark.day])
        }
    }

    /// Which day it is from where on, by start.
    package func meterMarks() throws -> [MeterClock.Mark] {
        try Row.fetchAll(db, sql: "SELECT day, start FROM meter_marks ORDER BY start").map {
            MeterClock.Mark(day: $0["day"], start: $0["start"])
        }
    }

    /// Whether images of some account have changed since `takeUsageChanges`.
    package func hasUsageChanges() throws -> Bool {
        try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM usage_changes)") ?? false
    }

    /// The accounts whose images have changed since the last call.
    package func takeUsageChanges() throws -> [String] {
        let accounts = try String.fetchAll(db, sql: "SELECT account_id FROM usage_changes ORDER BY account_id")
        try db.execute(sql: "DELETE FROM usage_changes")
        return accounts
    }

    /// The segments of an account that end after `moment`, which is in seconds of metering.
    package func usageSegments(accountID: String, endingAfter moment: Int64) throws -> [UsageSegment] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT * FROM usage_segments WHERE account_id = ? AND (ends IS NULL OR ends > ?) ORDER BY begins, id
                """,
            arguments: [accountID, moment]
        ).map(Self.segment)
    }

    /// The segments of an account that go on.
    package func openUsageSegments(accountID: String) throws -> [UsageSegment] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM usage_segments WHERE account_id = ? AND ends IS NULL ORDER BY begins, id",
            arguments: [accountID]
        ).map(Self.segment)
    }

    /// Whether an account has or had private images, also one that was removed since.
    package func hasUsage(accountID: String) throws -> Bool {
        try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM usage_segments WHERE account_id = ?)", arguments: [accountID]
        ) ?? false
    }

    /// What an account's private images take up now. Looks at each of their chunks.
    package func usageRoom(accountID: String) throws -> [ImageRoom] {
        try storedSizes(ownerID: accountID).map { size in
            ImageRoom(
                imageID: size.imageID, imageName: try image(id: size.imageID)?.name ?? size.imageID,
                bytes: size.bytes)
        }
    }

    /// Writes what an account's images take up from now on.
    /// - Parameter now: seconds of metering.
    package func writeUsage(_ room: [ImageRoom], accountID: String, now: Int64) throws {
        let open = try openUsageSegments(accountID: accountID)
        try apply(UsageChange(accountID: accountID, open: open, room: room, now: now), accountID: accountID, now: now)
    }

    /// Puts every account that has or had images on the list of those that have changed.
    package func noteUsageChangeOfEveryAccount() throws {
        try db.execute(
            sql: """
                INSERT INTO usage_changes (account_id) SELECT owner_id FROM images WHERE true
                UNION SELECT account_id FROM usage_segments WHERE ends IS NULL
                ON CONFLICT (account_id) DO NOTHING
                """)
    }

    /// Writes what has changed of an account.
    /// - Parameter now: seconds of metering.
    package func apply(_ change: UsageChange, accountID: String, now: Int64) throws {
        for image in change.ended {
            try db.execute(
                sql: "UPDATE usage_segments SET ends = ? WHERE account_id = ? AND image_id = ? AND ends IS NULL",
                arguments: [now, accountID, image])
        }
        for segment in change.begun {
            try db.execute(
                sql: """
                    INSERT INTO usage_segments (account_id, image_id, image_name, bytes, begins)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [
                    segment.accountID, segment.imageID, segment.imageName, Int64(clamping: segment.bytes),
                    segment.begins,
                ])
        }
    }

    /// An account's images take up another room from now on.
    func noteUsageChange(ownerID: String) throws {
        try db.execute(
            sql: "INSERT INTO usage_changes (account_id) VALUES (?) ON CONFLICT (account_id) DO NOTHING",
            arguments: [ownerID])
    }

    /// As `noteUsageChange(ownerID:)`, of an image's owner.
    func noteUsageChange(imageID: String) throws {
        try db.execute(
            sql: """
                INSERT INTO usage_changes (account_id) SELECT owner_id FROM images WHERE id = ?
                ON CONFLICT (account_id) DO NOTHING
                """,
            arguments: [imageID])
    }

    /// As `noteUsageChange(ownerID:)`, of the owners of every image that has a revision with this manifest.
    /// - Parameter manifest: its number in the chunk index.
    func noteUsageChange(manifest: Int64) throws {
        try db.execute(
            sql: """
                INSERT INTO usage_changes (account_id)
                SELECT DISTINCT i.owner_id FROM manifests m JOIN revisions r ON r.digest = m.digest
                JOIN images i ON i.id = r.image_id WHERE m.id = ?
                ON CONFLICT (account_id) DO NOTHING
                """,
            arguments: [manifest])
    }

    private static func segment(_ row: Row) -> UsageSegment {
        let bytes: Int64 = row["bytes"]
        return UsageSegment(
            accountID: row["account_id"], imageID: row["image_id"], imageName: row["image_name"],
            bytes: UInt64(max(bytes, 0)), begins: row["begins"], ends: row["ends"])
    }
}

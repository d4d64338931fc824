import GRDB

/// Every table, by migrations that are never edited once released.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 main job") { db in
            for statement in mainJob { try db.execute(sql: statement) }
        }
        migrator.registerMigration("2 boot timeline") { db in
            for statement in bootTimeline { try db.execute(sql: statement) }
        }
        migrator.registerMigration("3 reservations") { db in
            for statement in reservations { try db.execute(sql: statement) }
        }
        migrator.registerMigration("4 host parking") { db in
            for statement in hostParking { try db.execute(sql: statement) }
        }
        migrator.registerMigration("5 placements") { db in
            for statement in placements { try db.execute(sql: statement) }
        }
        migrator.registerMigration("6 lease columns") { db in try makeLeaseColumns(db) }
        migrator.registerMigration("7 accounts") { db in try makeAccounts(db) }
        migrator.registerMigration("8 chunk index") { db in
            for statement in chunkIndex { try db.execute(sql: statement) }
        }
        migrator.registerMigration("9 usage") { db in
            for statement in usage { try db.execute(sql: statement) }
        }
        migrator.registerMigration("10 tasks") { db in
            for statement in tasks + uploads { try db.execute(sql: statement) }
        }
        migrator.registerMigration("11 audit") { db in
            for statement in audit + idempotency { try db.execute(sql: statement) }
        }
        migrator.registerMigration("12 credentials") { db in
            for statement in credentials { try db.execute(sql: statement) }
        }
        migrator.registerMigration("13 regions") { db in
            for statement in regions { try db.execute(sql: statement) }
        }
        migrator.registerMigration("14 examinations") { db in
            for statement in examinations { try db.execute(sql: statement) }
        }
        migrator.registerMigration("15 usage marks") { db in
            for statement in usageMarks { try db.execute(sql: statement) }
        }
        return migrator
    }

    private static let mainJob = [
        """
        CREATE TABLE hosts (
            id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL UNIQUE, system_uuid TEXT, document TEXT NOT NULL)
        """,
        "CREATE INDEX hosts_by_uuid ON hosts (system_uuid)",
        """
        CREATE TABLE host_macs (
            mac TEXT PRIMARY KEY NOT NULL, host_id TEXT NOT NULL REFERENCES hosts (id) ON DELETE CASCADE)
        """,
        """
        CREATE TABLE images (
            name TEXT PRIMARY KEY NOT NULL, created_at BIGINT NOT NULL)
        """,
        """
        CREATE TABLE revisions (
            image_name TEXT NOT NULL REFERENCES images (name) ON DELETE CASCADE, number INTEGER NOT NULL,
            digest TEXT NOT NULL, created_at BIGINT NOT NULL, document TEXT NOT NULL,
            PRIMARY KEY (image_name, number))
        """,
        """
        CREATE TABLE deployments (
            id TEXT PRIMARY KEY NOT NULL, number BIGINT NOT NULL UNIQUE, host_id TEXT NOT NULL, state TEXT NOT NULL,
            document TEXT NOT NULL, settings TEXT NOT NULL, receipt TEXT)
        """,
        "CREATE INDEX deployments_by_host ON deployments (host_id, number)",
        "CREATE INDEX deployments_by_state ON deployments (state)",
        """
        CREATE TABLE deployment_log (
            id INTEGER PRIMARY KEY, deployment_id TEXT NOT NULL REFERENCES deployments (id) ON DELETE CASCADE,
            at BIGINT NOT NULL, attempt INTEGER NOT NULL, line TEXT NOT NULL)
        """,
        "CREATE INDEX deployment_log_by_deployment ON deployment_log (deployment_id, id)",
        """
        CREATE TABLE boot_tokens (
            hash TEXT PRIMARY KEY NOT NULL, mac TEXT NOT NULL, host_id TEXT, expires_at BIGINT NOT NULL)
        """,
        "CREATE INDEX boot_tokens_by_mac ON boot_tokens (mac)",
        """
        CREATE TABLE sessions (
            hash TEXT PRIMARY KEY NOT NULL, host_id TEXT NOT NULL, boot_id TEXT NOT NULL, boot_mac TEXT NOT NULL,
            deployment_id TEXT, attempt INTEGER, created_at BIGINT NOT NULL)
        """,
        "CREATE INDEX sessions_by_host ON sessions (host_id)",
        """
        CREATE TABLE leases (address TEXT PRIMARY KEY NOT NULL, document TEXT NOT NULL)
        """,
        """
        CREATE TABLE api_tokens (
            hash TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, created_at BIGINT NOT NULL)
        """,
    ]
}

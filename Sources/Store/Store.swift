import GRDB
import Logging

/// The durable state of an installation: one SQLite database, one path for every change. A change is on the medium
/// when `write` returns (write-ahead log, synchronous FULL).
package final class Store: Sendable {
    private let pool: DatabasePool

    /// Opens or creates the database at `path` and brings its schema up to date.
    package init(path: String) throws {
        var configuration = Configuration()
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            try db.execute(sql: "PRAGMA foreign_keys = ON")
        }
        configuration.busyMode = .timeout(10)
        pool = try DatabasePool(path: path, configuration: configuration)
        try Schema.migrator.migrate(pool)
    }

    /// Runs `body` in one transaction that is durable when this returns, or has not happened when it throws.
    package func write<T: Sendable>(_ body: @Sendable @escaping (StoreTransaction) throws -> T) async throws -> T {
        try await pool.write { try body(StoreTransaction(db: $0)) }
    }

    /// Runs `body` on one consistent snapshot.
    package func read<T: Sendable>(_ body: @Sendable @escaping (StoreTransaction) throws -> T) async throws -> T {
        try await pool.read { try body(StoreTransaction(db: $0)) }
    }

    /// Writes a consistent copy of the whole database to a new file at `path`, while the server runs.
    package func backup(to path: String) async throws {
        try await pool.writeWithoutTransaction { db in
            try db.execute(sql: "VACUUM INTO ?", arguments: [path])
        }
    }

    /// Closes every connection.
    package func close() throws { try pool.close() }
}

/// The statements of one transaction; grouped by what they are about in files of their own.
package struct StoreTransaction {
    let db: Database
}

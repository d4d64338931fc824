import GRDB
import Logging
import Synchronization

/// The durable state of an installation: one SQLite database, one path for every change. A change is on the medium
/// when `write` returns (write-ahead log, synchronous FULL).
package final class Store: Sendable {
    private let pool: DatabasePool
    /// How the medium failed first. It says so once: later writes may seem to be well, and be lost behind a gap.
    private let mediumFailure = Mutex<String?>(nil)

    /// Opens or creates the database at `path` and brings its schema up to date. Throws `StoreError` where a newer
    /// version of Ingot made the schema, and `DatabaseError` where there is something else at `path`.
    package init(path: String) throws {
        var configuration = Configuration()
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA foreign_keys = ON")
        }
        configuration.busyMode = .timeout(10)
        pool = try DatabasePool(path: path, configuration: configuration)
        try Self.makeDurable(pool)
        guard try !pool.read({ try Schema.migrator.hasBeenSuperseded($0) }) else {
            throw StoreError(description: "\(path) was made by a newer version of Ingot: start that version")
        }
        try Schema.migrator.migrate(pool)
    }

    /// Makes every commit wait for the medium. The pool has to be open: as it opens, GRDB sets NORMAL, which does not
    /// wait, over whatever `prepareDatabase` set.
    private static func makeDurable(_ pool: DatabasePool) throws {
        let level = try pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            return try Int.fetchOne(db, sql: "PRAGMA synchronous")
        }
        guard level == 2 else {
            throw StoreError(description: "SQLite does not wait for the medium: synchronous is \(level ?? 0), not 2")
        }
    }

    /// Runs `body` in one transaction that is durable when this returns, or has not happened when it throws.
    package func write<T: Sendable>(_ body: @Sendable @escaping (StoreTransaction) throws -> T) async throws -> T {
        try await noticing { try await pool.write { try body(StoreTransaction(db: $0)) } }
    }

    /// As `write`, on the thread that this runs on: between two threads a small transaction takes twice its time.
    func writeHere<T>(_ body: @escaping (StoreTransaction) throws -> T) async throws -> T {
        let transaction = { [pool] in try pool.write { try body(StoreTransaction(db: $0)) } }
        return try await noticing { try transaction() }
    }

    /// How the medium failed first since the store was opened; nil as long as it has not.
    var failureOfMedium: String? { mediumFailure.withLock { $0 } }

    private func noticing<T>(_ body: () async throws -> T) async throws -> T {
        do {
            return try await body()
        } catch let error as DatabaseError where error.resultCode == .SQLITE_IOERR {
            mediumFailure.withLock { $0 = $0 ?? "\(error)" }
            throw error
        }
    }

    /// Runs `body` in one transaction and does not wait for the medium: the end of this process loses nothing, a power
    /// failure may, until the next `write` has returned. For what may be lost, such as how far a transfer has come: each
    /// wait for the medium holds up all else that goes to the same disk.
    package func note<T: Sendable>(_ body: @Sendable @escaping (StoreTransaction) throws -> T) async throws -> T {
        try await noticing {
            try await pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = NORMAL")
                let outcome = Result { try Self.transaction(in: db, body) }
                try db.execute(sql: "PRAGMA synchronous = FULL")
                return try outcome.get()
            }
        }
    }

    private static func transaction<T>(in db: Database, _ body: (StoreTransaction) throws -> T) throws -> T {
        var outcome: T?
        try db.inTransaction {
            outcome = try body(StoreTransaction(db: db))
            return .commit
        }
        guard let outcome else { throw StoreError(description: "a transaction ended without its outcome") }
        return outcome
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

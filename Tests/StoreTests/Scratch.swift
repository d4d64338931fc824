import FoundationEssentials
import GRDB
import Store

/// A directory for one database, which is removed with this object.
final class Scratch: Sendable {
    let path: String

    init() throws {
        path = "/tmp/ingot-store-\(UInt64.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The database's file.
    var database: String { path + "/ingot.sqlite" }

    /// Opens the database.
    func store() throws -> Store { try Store(path: database) }

    /// Changes the database behind the back of a store.
    func execute(_ sql: String) async throws {
        let queue = try DatabaseQueue(path: database)
        try await queue.write { try $0.execute(sql: sql) }
    }

    /// What stands in the database, whatever a store thinks of it.
    func strings(_ sql: String) async throws -> [String] {
        let queue = try DatabaseQueue(path: database)
        return try await queue.read { try String.fetchAll($0, sql: sql) }
    }
}

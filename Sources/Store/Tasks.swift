import GRDB
package import ImageFormat

/// A long job that an account ordered: it survives the process that carries it out.
package struct TaskRecord: Codable, Hashable, Sendable {
    package let id: String
    package let kind: TaskKind
    package let accountID: String
    /// The image that it is about, by the name that its owner knows.
    package let imageName: String
    /// What to tell people of where it comes from or goes to.
    package let subject: String
    /// What was ordered, as the JSON text of the kind's own type.
    package let order: String
    package var state: TaskState
    /// The revision that it has made.
    package var revision: Int?
    /// Where it is, as JSON text of the kind's own type: what the next process goes on with.
    package var checkpoint: String?
    /// What it has found, line by line.
    package var report: [String]?
    /// Why it failed.
    package var failure: String?
    /// Seconds since 1970.
    package let createdAt: Int64
    package var endedAt: Int64?

    package init(
        id: String, kind: TaskKind, accountID: String, imageName: String, subject: String, order: String,
        createdAt: Int64
    ) {
        self.id = id
        self.kind = kind
        self.accountID = accountID
        self.imageName = imageName
        self.subject = subject
        self.order = order
        state = .waiting
        self.createdAt = createdAt
    }
}

package enum TaskKind: String, Codable, Hashable, Sendable, CaseIterable {
    /// An image becomes a revision.
    case imageImport = "import"
    /// A revision goes to another region.
    case copy
    /// A revision goes to an object storage.
    case export
    /// The image store is compared with what revisions name.
    case check
}

/// Where a task stands.
package enum TaskState: String, Codable, Hashable, Sendable, CaseIterable {
    case waiting
    /// It is carried out, or was when the process ended: the next one begins it again.
    case running
    case done
    case failed
    case cancelled

    package var isFinal: Bool { self == .done || self == .failed || self == .cancelled }
}

extension Schema {
    static let tasks = [
        """
        CREATE TABLE tasks (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, account_id TEXT NOT NULL, state TEXT NOT NULL,
            document TEXT NOT NULL)
        """,
        "CREATE INDEX tasks_by_account ON tasks (account_id, number)",
        "CREATE INDEX tasks_by_state ON tasks (state, number)",
        """
        CREATE TABLE received_chunks (
            task_id TEXT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE, digest BLOB NOT NULL,
            PRIMARY KEY (task_id, digest))
        """,
    ]
}

extension StoreTransaction {
    /// As many ended tasks of an account are kept.
    private static let keptTasks = 1000

    /// Enters a task and forgets the oldest of those that have ended.
    package func insert(_ task: TaskRecord) throws {
        try db.execute(
            sql: "INSERT INTO tasks (id, account_id, state, document) VALUES (?, ?, ?, ?)",
            arguments: [task.id, task.accountID, task.state.rawValue, try encodeDocument(task)])
        try db.execute(
            sql: """
                DELETE FROM tasks WHERE account_id = ? AND state IN ('done', 'failed', 'cancelled') AND number <=
                (SELECT number FROM tasks WHERE account_id = ? ORDER BY number DESC LIMIT 1 OFFSET ?)
                """,
            arguments: [task.accountID, task.accountID, Self.keptTasks])
    }

    package func update(_ task: TaskRecord) throws {
        try db.execute(
            sql: "UPDATE tasks SET state = ?, document = ? WHERE id = ?",
            arguments: [task.state.rawValue, try encodeDocument(task), task.id])
    }

    package func task(id: String) throws -> TaskRecord? {
        try String.fetchOne(db, sql: "SELECT document FROM tasks WHERE id = ?", arguments: [id]).map(Self.task)
    }

    /// Tasks, newest first; those of one account, and those older than another one if these are given.
    package func tasks(accountID: String?, before: String? = nil, limit: Int) throws -> [TaskRecord] {
        try String.fetchAll(
            db,
            sql: """
                SELECT document FROM tasks WHERE (? IS NULL OR account_id = ?)
                AND (? IS NULL OR number < (SELECT number FROM tasks WHERE id = ?)) ORDER BY number DESC LIMIT ?
                """,
            arguments: [accountID, accountID, before, before, limit]
        ).map(Self.task)
    }

    /// The tasks that have not ended, oldest first; those of one account if it is given.
    package func openTasks(accountID: String? = nil) throws -> [TaskRecord] {
        try String.fetchAll(
            db,
            sql: """
                SELECT document FROM tasks WHERE state IN ('waiting', 'running') AND (? IS NULL OR account_id = ?)
                ORDER BY number
                """,
            arguments: [accountID, accountID]
        ).map(Self.task)
    }

    /// Keeps which chunks a task has fetched.
    package func noteReceived(_ chunks: [ChunkDigest], taskID: String) throws {
        let statement = try db.cachedStatement(
            sql: "INSERT INTO received_chunks (task_id, digest) VALUES (?, ?) ON CONFLICT DO NOTHING")
        for chunk in chunks { try statement.execute(arguments: [taskID, chunk.blob]) }
    }

    /// Whether a task has fetched a chunk.
    package func hasReceived(_ chunk: ChunkDigest, taskID: String) throws -> Bool {
        try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM received_chunks WHERE task_id = ? AND digest = ?)",
            arguments: [taskID, chunk.blob]) ?? false
    }

    /// Forgets what a task has fetched.
    package func forgetReceived(taskID: String) throws {
        try db.execute(sql: "DELETE FROM received_chunks WHERE task_id = ?", arguments: [taskID])
    }

    private static func task(_ text: String) throws -> TaskRecord {
        try decodeDocument(TaskRecord.self, text, table: "tasks")
    }
}

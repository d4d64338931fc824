/// How far a long job is, such as an import: GET `/api/v1/tasks/{task}`.
package struct TaskDetail: Codable, Hashable, Sendable {
    package var id: String
    package var kind: TaskKindName
    /// The image that it is about; empty where it is about all of them.
    package var image: String
    /// Where it comes from or goes to.
    package var subject: String
    package var state: TaskStateName
    /// What it does while it runs: `downloading`, `storing`, ...
    package var phase: String?
    package var progress: TransferProgress?
    /// The revision that it has made.
    package var revision: Int?
    /// What it has found, line by line; the first line sums up.
    package var report: [String]?
    /// Why it failed.
    package var failure: String?
    package var created: Timestamp
    package var ended: Timestamp?

    package init(
        id: String, kind: TaskKindName, image: String, subject: String, state: TaskStateName, phase: String?,
        progress: TransferProgress?, revision: Int?, report: [String]? = nil, failure: String?, created: Timestamp,
        ended: Timestamp?
    ) {
        self.id = id
        self.kind = kind
        self.image = image
        self.subject = subject
        self.state = state
        self.phase = phase
        self.progress = progress
        self.revision = revision
        self.report = report
        self.failure = failure
        self.created = created
        self.ended = ended
    }
}

/// What kind of job a task is. An open set.
package struct TaskKindName: RawRepresentable, Hashable, Sendable, Codable {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    package static let imageImport = TaskKindName(rawValue: "import")
    package static let copy = TaskKindName(rawValue: "copy")
    package static let export = TaskKindName(rawValue: "export")
    package static let check = TaskKindName(rawValue: "check")
}

/// Where a task stands. An open set.
package struct TaskStateName: RawRepresentable, Hashable, Sendable, Codable {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    package static let waiting = TaskStateName(rawValue: "waiting")
    package static let running = TaskStateName(rawValue: "running")
    package static let done = TaskStateName(rawValue: "done")
    package static let failed = TaskStateName(rawValue: "failed")
    package static let cancelled = TaskStateName(rawValue: "cancelled")

    /// Whether the task has ended.
    package var isFinal: Bool { self == .done || self == .failed || self == .cancelled }
}

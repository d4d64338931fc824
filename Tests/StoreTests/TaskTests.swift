import Store
import Testing

struct TaskTests {
    private let scratch: Scratch
    private let store: Store

    init() throws {
        scratch = try Scratch()
        store = try scratch.store()
    }

    private static func task(_ id: String, of account: String, _ state: TaskState = .waiting) -> TaskRecord {
        var task = TaskRecord(
            id: id, kind: .imageImport, accountID: account, imageName: "web", subject: "/disk.raw", order: "{}",
            createdAt: 5)
        task.state = state
        return task
    }

    @Test func keepsTasksInTheirOrder() async throws {
        let tasks = [Self.task("t-1", of: "a"), Self.task("t-2", of: "b", .running), Self.task("t-3", of: "a", .done)]
        try await store.write { tx in for task in tasks { try tx.insert(task) } }
        let lists = try await store.read { tx in
            [
                try tx.tasks(accountID: nil, limit: 9), try tx.tasks(accountID: "a", limit: 9),
                try tx.tasks(accountID: nil, limit: 1), try tx.openTasks(), try tx.openTasks(accountID: "b"),
            ].map { $0.map(\.id) }
        }
        #expect(lists == [["t-3", "t-2", "t-1"], ["t-3", "t-1"], ["t-3"], ["t-1", "t-2"], ["t-2"]])
        #expect(try await store.read { try $0.task(id: "t-2") } == tasks[1])
    }

    @Test func aChangeIsKept() async throws {
        var task = Self.task("t-1", of: "a")
        try await store.write { [task] in try $0.insert(task) }
        task.state = .failed
        task.failure = "why"
        task.endedAt = 9
        try await store.write { [task] in try $0.update(task) }
        #expect(try await store.read { try $0.task(id: "t-1") } == task)
        #expect(try await store.read { try $0.openTasks() }.isEmpty)
    }

    @Test func forgetsTheOldestThatHaveEnded() async throws {
        try await store.write { tx in
            try tx.insert(Self.task("open", of: "a"))
            try tx.insert(Self.task("ended", of: "a", .done))
            for number in 0..<999 { try tx.insert(Self.task("t-\(number)", of: "a", .done)) }
        }
        #expect(try await store.read { try $0.task(id: "ended") } != nil)
        try await store.write { try $0.insert(Self.task("next", of: "a")) }
        #expect(try await store.read { try $0.task(id: "ended") } == nil)
        #expect(try await store.read { try $0.task(id: "open") } != nil)
    }

    @Test func oneAccountPushesNoTasksOfOthersOut() async throws {
        try await store.write { tx in
            try tx.insert(Self.task("hers", of: "b", .failed))
            for number in 0..<1100 { try tx.insert(Self.task("t-\(number)", of: "a", .failed)) }
        }
        let left = try await store.read { tx in
            [try tx.tasks(accountID: "b", limit: 9).count, try tx.tasks(accountID: "a", limit: 2000).count]
        }
        #expect(left == [1, 1000])
    }

    @Test func keepsUploads() async throws {
        let upload = UploadRecord(id: "u-1", accountID: "a", size: 1 << 40, createdAt: 7)
        try await store.write { try $0.insert(upload) }
        let found = try await store.read {
            (try $0.upload(id: "u-1"), try $0.uploads(accountID: "b"), try $0.uploads())
        }
        #expect(found.0 == upload && found.1.isEmpty && found.2 == [upload])
        try await store.write { try $0.removeUpload(id: "u-1") }
        #expect(try await store.read { try $0.uploads() }.isEmpty)
    }
}

import HTTPServices
import ImageStore
import Synchronization
import Testing
import UserAPI

/// Whose tasks run, and what becomes of them when their account may do nothing any more.
struct TaskTests {
    let server: Installation

    init() throws { server = try Installation() }

    private static let disk = [UInt8](repeating: 1, count: 1 << 20)

    @Test func oneAccountDoesNotKeepTheOthersWaiting() async throws {
        let alice = try await server.account("alice", .member)
        let bob = try await server.account("bob", .member)
        let inspector = CountingInspector()
        let images = try ImageInstallation(provisioner: server.provisioner, inspector: inspector, width: 3)
        try await images.serve { api async throws in
            var tasks: [String] = []
            for name in ["a", "b", "c"] {
                tasks.append(try await api.as(alice.token).upload(Self.disk, "image=\(name)&format=raw").id)
            }
            let others = try await api.as(bob.token).upload(Self.disk, "image=a&format=raw")
            await inspector.waitUntilEntered(times: 3)
            let running: TaskDetail = try await api.get(APIRoute.task(others.id))
            #expect(running.state == .running)
            let waiting: TaskDetail = try await api.get(APIRoute.task(tasks[2]))
            #expect(waiting.state == .waiting)
        }
    }

    @Test func theTasksOfAnAccountEndWhenItIsDisabled() async throws {
        let alice = try await server.account("alice", .member)
        let gate = HeldInspector()
        let images = try ImageInstallation(provisioner: server.provisioner, inspector: gate)
        try await images.serve { api async throws in
            let running = try await api.as(alice.token).upload(Self.disk, "image=a&format=raw")
            await gate.waitUntilEntered()
            let waiting = try await api.as(alice.token).upload(Self.disk, "image=b&format=raw")
            let _: AccountSummary = try await api.patch(APIRoute.account("alice"), AccountChange(isEnabled: false))
            #expect(try await api.end(running.id).state == .cancelled)
            let ended = try await api.end(waiting.id)
            #expect(ended.state == .cancelled && ended.failure == "account alice is disabled")
            #expect(try await images.chunkCount() == 0)
            #expect(try images.spooled() == 0)
        }
    }

    @Test func aTaskOfADisabledAccountIsNotBegunAgain() async throws {
        let alice = try await server.account("alice", .member)
        let gate = HeldInspector()
        let held = try ImageInstallation(provisioner: server.provisioner, inspector: gate)
        let task = Mutex("")
        try await held.serve { api async throws in
            let detail = try await api.as(alice.token).upload(Self.disk, "image=a&format=raw")
            await gate.waitUntilEntered()
            task.withLock { $0 = detail.id }
        }
        try await server.disable(alice.id)
        let id = task.withLock { $0 }
        let next = try ImageInstallation(provisioner: server.provisioner, directory: held.directory)
        try await next.serve { api async throws in
            let ended = try await api.end(id)
            #expect(ended.state == .cancelled && ended.failure == "account alice is disabled")
            #expect(try next.spooled() == 0)
        }
    }
}

/// Never ends until it is cancelled, and counts how often it was entered.
private struct CountingInspector: DiskInspecting {
    private let entered = AsyncStream.makeStream(of: Void.self)

    func inspect(_ path: String) async throws -> DiskFacts {
        entered.continuation.yield()
        try await Task.sleep(for: .seconds(3600))
        throw CancellationError()
    }

    func waitUntilEntered(times: Int) async { for await _ in entered.stream.prefix(times) {} }
}

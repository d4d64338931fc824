import BootableDisk
import Foundation
import ImageBuilder
import Testing

@Suite struct ImageBuilderTests {
    private func recipe() throws -> Recipe {
        try Recipe.decode("name: n\nsuite: bookworm\npackages: [none]\ndisk: {size: 96MiB}\nboot: {}\n")
    }

    private func build(_ tools: any BuildTools, _ folder: TemporaryFolder) async throws {
        try await ImageBuilder(tools: tools).build(
            recipe: try recipe(), mirror: "http://mirror.test/debian", output: folder.path + "/disk.raw",
            scratch: folder.path
        ) { _ in }
    }

    @Test func namesTheStepAndTheToolThatFailed() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        await #expect {
            try await build(RecordingTools(failing: "mmdebstrap"), folder)
        } throws: { "\($0)".hasPrefix("install packages: mmdebstrap ended with exited(3):\nno space") }
    }

    @Test func leavesNothingBehindWhereItFails() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        await #expect(throws: BuildError.self) { try await build(RecordingTools(), folder) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func leavesNothingBehindWhereItIsCancelled() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let task = Task { try await build(SleepingTools(), folder) }
        try await Task.sleep(for: .milliseconds(300))
        task.cancel()
        await #expect(throws: (any Error).self) { try await task.value }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func installsFromTheMirrorInAMountNamespaceOfItsOwn() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let tools = RecordingTools()
        await #expect(throws: BuildError.self) { try await build(tools, folder) }
        let first = try #require(tools.commands.first)
        #expect(first.prefix(5) == ["unshare", "--mount", "--propagation", "private", "--"])
        #expect(first.contains("mmdebstrap"))
    }

    @Test func refusesAScratchDirectoryThatIsNotThere() async throws {
        await #expect {
            try await ImageBuilder(tools: RecordingTools()).build(
                recipe: try recipe(), mirror: "http://mirror.test", output: "/nowhere/disk.raw",
                scratch: "/nowhere"
            ) { _ in }
        } throws: { "\($0)".contains("cannot make a directory in /nowhere") }
    }

    @Test func showsWhatAToolSaid() async {
        await #expect {
            try await MachineTools().run("sh", ["-c", "echo first >&2; echo last >&2; exit 7"], environment: [:])
        } throws: { "\($0)".contains("sh ended with") && "\($0)".hasSuffix("first\nlast") }
        await #expect {
            try await MachineTools().run("no-such-program-here", [], environment: [:])
        } throws: { "\($0)".contains("no-such-program-here cannot run") }
    }
}

/// Tools that take long, but for the one that cleans up.
struct SleepingTools: BuildTools {
    func run(_ program: String, _ arguments: [String], environment: [String: String]) async throws -> String {
        let machine = MachineTools()
        guard program == "rm" else { return try await machine.run("sleep", ["60"], environment: environment) }
        return try await machine.run(program, arguments, environment: environment)
    }
}

import BootableDisk
import ImageBuilder
import Synchronization

/// Tools that only remember what they were asked to do, and fail at one program.
final class RecordingTools: BuildTools {
    private let calls = Mutex<[[String]]>([])
    private let failing: String

    init(failing: String = "") { self.failing = failing }

    var commands: [[String]] { calls.withLock { $0 } }

    func run(_ program: String, _ arguments: [String], environment: [String: String]) async throws -> String {
        let command = [program] + arguments
        calls.withLock { $0.append(command) }
        if command.contains(failing) { throw BuildError("\(failing) ended with exited(3):\nno space") }
        guard program == "rm" else { return "" }
        return try await MachineTools().run(program, arguments, environment: environment)
    }
}

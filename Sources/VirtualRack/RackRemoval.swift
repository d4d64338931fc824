import FoundationEssentials
import Glibc

extension Rack {
    /// Ends every process of the rack and removes its namespace and its directory. Throws what could not be removed;
    /// may be called again.
    package func remove() async throws {
        if try await namespace.exists {
            try await endProcesses(in: namespace)
            try await namespace.remove()
        }
        // The watchdog is in no namespace of ours and comes last.
        try await ProcessRecord(file: directory.process("watchdog"))?.end()
        if FileManager.default.fileExists(atPath: directory.path) {
            try FileManager.default.removeItem(atPath: directory.path)
        }
        // Only the last rack can do this; the others' directories keep it.
        rmdir(String(directory.path.dropLast(configuration.name.count + 1)))
    }

    /// As `remove`, but goes on in a task that was cancelled, and keeps what goes wrong to itself: for use where another
    /// error is under way already.
    package func removeWhateverHappens() async {
        // A task of its own, awaited here: cancellation must not end the tools that clean up.
        await Task { try? await remove() }.value
    }

    /// Processes may start others while they end: looks until there are none.
    private func endProcesses(in namespace: NetworkNamespace) async throws {
        for _ in 0..<5 {
            let processes = try await namespace.processes().filter { $0.pid != getpid() }
            if processes.isEmpty { return }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for process in processes { group.addTask { try await process.end() } }
                try await group.waitForAll()
            }
        }
    }
}

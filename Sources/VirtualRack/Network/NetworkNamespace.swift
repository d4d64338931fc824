/// A network namespace with a name, made and removed by `ip netns`.
struct NetworkNamespace: Hashable, Sendable {
    let name: String

    func create() async throws {
        try await Tool.run("ip", ["netns", "add", name])
        try await ip(["link", "set", "lo", "up"])
    }

    /// Removes it with every interface in it; nothing happens where it is gone already.
    func remove() async throws {
        guard try await exists else { return }
        try await Tool.run("ip", ["netns", "delete", name])
    }

    var exists: Bool {
        get async throws {
            try await Tool.run("ip", ["netns", "list"]).split(separator: "\n")
                .contains { $0.split(separator: " ").first == name[...] }
        }
    }

    /// The processes whose network this is. The rack made the namespace, so they are all its own.
    func processes() async throws -> [ProcessRecord] {
        try await Tool.run("ip", ["netns", "pids", name]).split(separator: "\n")
            .compactMap { Int32($0) }.compactMap { ProcessRecord(running: $0) }
    }

    /// The arguments of `ip` that run a command inside.
    func executing(_ command: [String]) -> [String] { ["netns", "exec", name] + command }

    /// Runs `ip` for this namespace.
    @discardableResult
    func ip(_ arguments: [String]) async throws -> String { try await Tool.run("ip", ["-netns", name] + arguments) }
}

import FoundationEssentials
import UserAPI
import VirtualRack

/// An account as it uses the command line, with a token of its own.
struct User: Sendable {
    let server: IngotServer
    let name: String
    /// The file with the token.
    let token: String

    var arguments: [String] { ["--token-file", token] }

    @discardableResult
    func callAsFunction(_ words: String...) async throws -> String { try await run(words) }

    /// Runs a command; what it prints is returned, a failure throws.
    func run(_ words: [String]) async throws -> String {
        let output = try await server.attempt(words + arguments)
        guard output.status == 0 else {
            throw EndToEndError("\(words.joined(separator: " ")): \(output.standardOutput)\(output.standardError)")
        }
        return output.standardOutput
    }

    /// The line of the newest revision's manifest.
    func manifest(of image: String) async throws -> String {
        let shown = try await self("image", "show", image)
        guard let line = shown.split(separator: "\n").last(where: { $0.contains("manifest ") }) else {
            throw EndToEndError("image \(image) has no manifest:\n\(shown)")
        }
        return String(line)
    }
}

extension IngotServer {
    /// A new account.
    func user(_ name: String, _ role: AccountRole = .member) async throws -> User {
        _ = try await ingot("account", "add", name, "--role", role.rawValue)
        let secret = try await ingot("token", "create", "test", "--account", name)
        return User(server: self, name: name, token: try file("\(name)-token", secret))
    }

    /// Waits until the newest task of a kind that has not failed is in a state.
    func waitForTask(_ kind: String, _ state: TaskStateName, timeout: Duration = .seconds(60)) async throws {
        let end = ContinuousClock.now + timeout
        while ContinuousClock.now < end {
            let newest = try await tasks().first { $0.kind.rawValue == kind && $0.failure == nil }
            if newest?.state == state { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw EndToEndError("no \(kind) became \(state.rawValue)")
    }

    /// Where `startStorage` has its object storage; the access key is `test:tester`, the secret key `testing`.
    static let storageURL = "http://127.0.0.1:21000"

    /// Starts an object storage with a bucket `images`; the credential `store` of an account leads there.
    func startStorage(for user: User) async throws -> RackProcess {
        _ = try await user(
            "credential", "add", "store", "--endpoint", Self.storageURL, "--access-key", "test:tester",
            "--secret-key-file", file("secret", "testing\n"))
        return try await startStorage()
    }

    /// Starts an object storage with a bucket `images`, or starts it anew: what it holds lies in this server's directory.
    func startStorage() async throws -> RackProcess {
        let storage = try await rack.start(
            "s3",
            [Artifacts.root + "/Tests/S3Service/serve", Artifacts.root + "/.cache/s3", directory + "/s3", "21000"],
            log: directory + "/s3.log")
        let command = [
            Artifacts.root + "/Tests/S3Service/make-bucket", Self.storageURL, "test:tester", "testing", "images",
        ]
        for _ in 0..<100 {
            if try await rack.run(command).status == 0 { return storage }
            try await Task.sleep(for: .milliseconds(200))
        }
        throw EndToEndError("the object storage makes no bucket")
    }
}

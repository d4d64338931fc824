import ArgumentParser
import FoundationEssentials
import Glibc

/// How a command finds the server.
struct ConnectionOptions: ParsableArguments {
    @Option(help: "The server's user API; INGOT_SERVER sets it, too. Else http://127.0.0.1:8090.")
    var server: String?

    @Option(help: "The file with the API token; INGOT_TOKEN_FILE sets it, too. Else /var/lib/ingot/admin-token.")
    var tokenFile: String?

    /// Runs `body` with a client that is shut down afterwards.
    func withClient<T>(_ body: (APIClient) async throws -> T) async throws -> T {
        let base = server ?? Self.environment("INGOT_SERVER") ?? "http://127.0.0.1:8090"
        let file = tokenFile ?? Self.environment("INGOT_TOKEN_FILE") ?? "/var/lib/ingot/admin-token"
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CommandError(
                """
                cannot read the API token in \(file): name yours with --token-file or INGOT_TOKEN_FILE. The \
                administrator's, which the server makes at its first start, is `admin-token` in its data directory, for \
                root to read.
                """)
        }
        let token = String(decoding: data, as: UTF8.self).filter { !$0.isWhitespace }
        let client = APIClient(base: base, token: token)
        do {
            let result = try await body(client)
            try await client.shutdown()
            return result
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    private static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}

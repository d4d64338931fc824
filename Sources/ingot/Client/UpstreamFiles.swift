import BootableDisk
import AsyncHTTPClient
import ImageBuilder
import ImageStore
import NIOCore
import NIOHTTP1

/// Gets checksum files and signatures over HTTP. What they say counts only by a signature.
struct UpstreamFiles: UpstreamFetching {
    let client: HTTPClient

    /// How long one file may take, in seconds.
    private static let patience: Int64 = 60

    /// Runs `body` with files that are fetched by a client of their own.
    static func with<T>(_ body: (UpstreamFiles) async throws -> T) async throws -> T {
        var configuration = HTTPClient.Configuration.givingUp(stall: 30)
        configuration.redirectConfiguration = .follow(max: 5, allowCycles: false)
        return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
            try await body(UpstreamFiles(client: client))
        }
    }

    func fetch(_ url: String, limit: Int) async throws -> [UInt8] {
        do {
            var request = HTTPClientRequest(url: url)
            request.headers.add(name: "User-Agent", value: "ingot")
            let response = try await client.execute(request, timeout: .seconds(Self.patience))
            guard response.status == .ok else { throw BuildError("\(url) answered \(response.status)") }
            return Array(buffer: try await response.body.collect(upTo: limit))
        } catch is NIOTooManyBytesError {
            throw BuildError("\(url) has more than \(limit) bytes: it is no checksum file")
        } catch let error where !(error is BuildError) && !(error is CancellationError) {
            throw BuildError("cannot fetch \(url): \(error)")
        }
    }
}

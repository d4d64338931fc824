import AsyncHTTPClient
import FoundationEssentials
import ImageFormat
import NIOCore
import NIOHTTP1

/// Fetches a source over HTTP into a spool file. Each hop's host is checked, so that no redirect leads to what is refused.
struct Download: Sendable {
    let limits: ImportLimits
    let guarded: GuardedClient
    /// Whether the source's digest is known beforehand: only then it may come unencrypted.
    let isChecked: Bool

    private static let redirects = 5

    /// How a hop ended.
    private enum Outcome {
        case fetched(ChunkDigest)
        case redirected(URL)
    }

    /// Fetches `text`; returns the digest of what came.
    func fetch(
        _ text: String, into writer: SpoolWriter, progress: @escaping @Sendable (ImportProgress) -> Void
    ) async throws -> ChunkDigest {
        let url = try checked(text)
        do {
            return try await limits.withDownloadDeadline { try await fetch(url, into: writer, progress: progress) }
        } catch {
            try Task.checkCancellation()
            if error is ImportError || error is FileError { throw error }
            throw ImportError.download("\(error)")
        }
    }

    /// The URL of a request; only `http` and `https` without a user or a password.
    private func checked(_ text: String) throws(ImportError) -> URL {
        guard let url = URL(string: text), let scheme = url.scheme?.lowercased() else {
            throw .invalidRequest("'\(text)' is not a URL")
        }
        guard scheme == "http" || scheme == "https" else {
            throw .invalidRequest("'\(text)' is neither an http nor an https URL")
        }
        guard url.host()?.isEmpty == false else { throw .invalidRequest("'\(text)' names no host") }
        guard url.user() == nil, url.password() == nil else {
            throw .invalidRequest("a URL with a user or a password would be recorded: use one without")
        }
        guard scheme == "https" || isChecked || guarded.policy.allows(host: url.host() ?? "") else {
            throw .invalidRequest("over http anybody on the way can change the image: use https, or give its SHA-256")
        }
        return url
    }

    private func fetch(
        _ start: URL, into writer: SpoolWriter,
        progress: @Sendable (ImportProgress) -> Void
    ) async throws -> ChunkDigest {
        let deadline = NIODeadline.now() + .seconds(limits.downloadSeconds)
        var url = start
        for _ in 0...Self.redirects {
            let here = url
            let outcome = try await guarded.withClient(for: here.absoluteString, stall: limits.stallSeconds) {
                client -> Outcome in
                var request = HTTPClientRequest(url: here.absoluteString)
                request.headers.add(name: "User-Agent", value: "ingot")
                let response = try await client.execute(request, deadline: deadline)
                if let next = try redirect(response, from: here) { return .redirected(next) }
                guard response.status == .ok else {
                    throw ImportError.download("\(ShownURL(here.absoluteString)) answered \(response.status)")
                }
                return .fetched(try await receive(response, into: writer, progress: progress))
            }
            switch outcome {
            case .fetched(let digest): return digest
            case .redirected(let next): url = next
            }
        }
        throw ImportError.download("more than \(Self.redirects) redirects")
    }

    private func redirect(_ response: HTTPClientResponse, from url: URL) throws -> URL? {
        guard [301, 302, 303, 307, 308].contains(response.status.code) else { return nil }
        guard let location = response.headers.first(name: "Location"),
            let next = URL(string: location, relativeTo: url)?.absoluteURL
        else { throw ImportError.download("\(ShownURL(url.absoluteString)) redirects to nowhere") }
        let target = try checked(next.absoluteString)
        guard url.scheme?.lowercased() != "https" || target.scheme?.lowercased() == "https" else {
            throw ImportError.download(
                "\(ShownURL(url.absoluteString)) redirects to \(ShownURL(target.absoluteString)), which is not encrypted"
            )
        }
        return target
    }

    private func receive(
        _ response: HTTPClientResponse, into writer: SpoolWriter,
        progress: @Sendable (ImportProgress) -> Void
    ) async throws -> ChunkDigest {
        var writer = writer
        let length = response.headers.first(name: "Content-Length").flatMap { UInt64($0) }
        if let length, length > limits.maximumSourceSize {
            throw ImportError.tooLarge(what: "the source of \(length) bytes", limit: limits.maximumSourceSize)
        }
        for try await piece in response.body {
            try await writer.append(piece)
            progress(ImportProgress(phase: .downloading, bytesRead: writer.size, total: length))
        }
        guard length == nil || length == writer.size else {
            throw ImportError.download("\(writer.size) of \(length ?? 0) bytes came before the connection ended")
        }
        return try await writer.finish()
    }
}

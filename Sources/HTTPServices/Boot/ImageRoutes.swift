import Glibc
import HTTPTypes
import Hummingbird
import ImageFormat
import ImageStore
import Logging
import NIOCore

/// Manifests and chunks for stages with an order; those of public images for everybody.
struct ImageRoutes: Sendable {
    let gate: ChunkGate
    let chunks: any ChunkStore
    let manifests: any ManifestStore
    let pieces: FilePieces

    func add(to router: Router<IngotContext>) {
        for method in [HTTPRequest.Method.get, .head] {
            router.on("/manifests/:digest", method: method) { request, context in
                let digest = try Self.digest(context)
                _ = try await gate.requireManifest(digest, token: request.bearerToken)
                return try jsonResponse(try await manifest(digest, context))
            }
            router.on("/chunks/:digest", method: method) { request, context in
                let digest = try Self.digest(context)
                let audience = try await gate.requireChunk(digest, token: request.bearerToken)
                return try await chunk(digest, for: request, audience)
            }
        }
    }

    /// Asking again does not mend a damaged file: the stage is told that there is no such manifest.
    private func manifest(_ digest: ChunkDigest, _ context: IngotContext) async throws -> SignedDocument {
        do {
            guard let document = try await manifests.read(digest) else { throw HTTPError(.notFound) }
            return document
        } catch let damage as DamagedManifest {
            context.logger.error("\(damage)")
            throw ProvisioningError(
                .notFound, "the manifest \(digest) in the image store is damaged: import the image again")
        }
    }

    /// A stage that got a wrong chunk asks past the memory: the file may be right, or mended.
    private func chunk(
        _ digest: ChunkDigest, for request: Request, _ audience: ChunkGate.Audience
    ) async throws -> Response {
        let name = digest.description
        if request.headers.asksForNoCache {
            pieces.forget(name)
            try await chunks.dropCopy(of: digest)
        }
        do {
            return try await storedChunk(digest, for: request, audience)
        } catch let error where Self.isOfTheFile(error) {
            // A copy can go before it is read, because its room was needed, and its disk can fail.
            try await chunks.dropCopy(of: digest)
            return try await storedChunk(digest, for: request, audience)
        }
    }

    /// Whether it is the file that cannot be read, and not this process that has no room for another one.
    private static func isOfTheFile(_ error: any Error) -> Bool {
        if let error = error as? IOError { return ![EMFILE, ENFILE, ENOMEM].contains(error.errnoCode) }
        return (error as? HTTPError)?.status == .notFound
    }

    private func storedChunk(
        _ digest: ChunkDigest, for request: Request, _ audience: ChunkGate.Audience
    ) async throws -> Response {
        let name = digest.description
        if let file = pieces.seen(name) { return try answer(with: file, audience).response(to: request) }
        switch try await chunks.read(digest) {
        case .file(let path, _):
            let file = try await pieces.file(at: path, named: name, reading: .all)
            return try answer(with: file, audience).response(to: request)
        case .bytes(let bytes):
            return Response(
                status: .ok, headers: [.contentType: "application/zstd"], body: ResponseBody(byteBuffer: bytes))
        case nil: throw HTTPError(.notFound)
        }
    }

    private func answer(with file: ServedFile, _ audience: ChunkGate.Audience) -> FileResponse {
        let cacheControl =
            switch audience {
            case .everybody: "public, max-age=31536000, immutable"
            // A cache would give it to whoever asks.
            case .asker: "private, max-age=31536000, immutable"
            }
        return FileResponse(file: file, contentType: "application/zstd", cacheControl: cacheControl, pieces: pieces)
    }

    /// The answer to a request for a chunk that lies in memory, from a stage that is known to have it in its order.
    func readyAnswer(to request: HTTPRequest) -> ReadyAnswer? {
        let folder = "/chunks/"
        let fields = request.headerFields
        guard request.method == .get, let path = request.path, path.hasPrefix(folder), fields[.range] == nil,
            fields[.connection] == nil, fields[.contentLength] == nil, !fields.asksForNoCache
        else { return nil }
        let name = String(path.dropFirst(folder.count))
        guard let digest = ChunkDigest(name), let audience = gate.known(digest, token: fields.bearerToken),
            let file = pieces.seen(name)
        else { return nil }
        return answer(with: file, audience).ready
    }

    private static func digest(_ context: IngotContext) throws -> ChunkDigest {
        guard let text = context.parameters.get("digest"), let digest = ChunkDigest(text) else {
            throw HTTPError(.badRequest, message: "a digest is 64 lower-case hexadecimal digits")
        }
        return digest
    }
}

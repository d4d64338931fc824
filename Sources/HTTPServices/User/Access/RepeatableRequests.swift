import AccessPolicy
import HTTPTypes
import Hummingbird
import ImageFormat
import NIOCore
import Provisioning
import Store
import UserAPI

/// Requests that make something and carry an `Idempotency-Key` are carried out once: who sends one again, because the
/// answer got lost, gets the answer of the first one. Keys are an account's own, and are kept for a day.
struct RepeatableRequests: Sendable {
    let provisioner: Provisioner

    private static let keyBound = 255
    /// Answers are JSON documents, whose size is bounded, in bytes.
    private static let answerBound = 1 << 20

    static let header = HTTPField.Name("Idempotency-Key")
    static let replayed = HTTPField.Name("Idempotency-Replayed")

    /// Carries a request out, or answers as the first of its key was answered.
    func answer(
        _ request: Request, _ operation: APIOperation, by account: Account, body: ByteBuffer?,
        _ carryOut: () async throws -> Response
    ) async throws -> Response {
        guard let header = Self.header, let key = request.headers[header] else { return try await carryOut() }
        guard operation.isRepeatable else {
            throw HTTPError(.badRequest, message: "\(operation.id) takes no Idempotency-Key")
        }
        guard (1...Self.keyBound).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw HTTPError(
                .badRequest, message: "an Idempotency-Key has 1 to \(Self.keyBound) visible ASCII characters")
        }
        let digest = Self.digest(request, body)
        let now = provisioner.clock()
        let known = try await provisioner.store.write {
            try $0.beginRepeatable(RepeatableRequest(digest: digest), key: key, accountID: account.id, now: now)
        }
        if let known { return try Self.replay(known, key: key, digest: digest) }
        return try await first(key, account, carryOut)
    }

    private func first(
        _ key: String, _ account: Account, _ carryOut: () async throws -> Response
    ) async throws -> Response {
        let response: Response
        do {
            response = try await carryOut()
        } catch {
            // It has changed nothing: the next one may succeed.
            try await provisioner.store.write { try $0.forgetRepeatable(key: key, accountID: account.id) }
            throw error
        }
        var answer = response
        let bytes = try await Self.collect(&answer)
        let (status, text) = (response.status.code, String(buffer: bytes))
        try await provisioner.store.write {
            try $0.endRepeatable(key: key, accountID: account.id, status: status, body: text)
        }
        return answer
    }

    private static func replay(_ known: RepeatableRequest, key: String, digest: String) throws -> Response {
        guard known.digest == digest else {
            throw ProvisioningError(.invalid, "Idempotency-Key '\(key)' was used for another request")
        }
        guard let status = known.status, let body = known.body else {
            throw ProvisioningError(
                .conflict,
                "the first request with Idempotency-Key '\(key)' has not ended, or the server was stopped meanwhile: look "
                    + "what there is before you send it again with another key")
        }
        var headers: HTTPFields = [.contentType: "application/json"]
        if let replayed { headers[replayed] = "true" }
        return Response(
            status: HTTPResponse.Status(code: status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
    }

    private static func digest(_ request: Request, _ body: ByteBuffer?) -> String {
        let head = Array("\(request.method.rawValue) \(request.uri.description)\n".utf8)
        return ChunkDigest(of: head + (body.map { Array($0.readableBytesView) } ?? [])).description
    }

    /// The bytes of an answer, which can still be sent afterwards.
    private static func collect(_ response: inout Response) async throws -> ByteBuffer {
        let writer = CollectedBody()
        try await response.body.write(writer)
        let bytes = writer.bytes
        guard bytes.readableBytes <= answerBound else {
            throw HTTPError(.internalServerError, message: "the answer is too large to be kept")
        }
        response.body = ResponseBody(byteBuffer: bytes)
        return bytes
    }

    /// Takes a body that is all in memory.
    private final class CollectedBody: ResponseBodyWriter {
        var bytes = ByteBuffer()

        func write(_ buffer: ByteBuffer) async throws {
            var buffer = buffer
            bytes.writeBuffer(&buffer)
        }

        func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }
}

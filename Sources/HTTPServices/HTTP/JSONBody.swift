import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

/// A JSON answer with exact length.
func jsonResponse(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
    Response(
        status: status, headers: [.contentType: "application/json"],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: try jsonDocument(value))))
}

/// The JSON text of a value, the same for equal values.
func jsonDocument(_ value: some Encodable) throws -> [UInt8] {
    let encoder = FoundationEssentials.JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value))
}

extension Request {
    /// The body as a JSON value; at most `limit` bytes are read. 415 where the request says that it is something else.
    func json<T: Decodable>(_ type: T.Type, limit: Int) async throws -> T {
        if let type = headers[.contentType], !type.lowercased().hasPrefix("application/json") {
            throw HTTPError(.unsupportedMediaType, message: "the body is to be application/json, not \(type)")
        }
        let buffer = try await body.collect(upTo: limit)
        return try FoundationEssentials.JSONDecoder().decode(type, from: Data(buffer.readableBytesView))
    }
}

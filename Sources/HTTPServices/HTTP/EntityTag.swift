import FoundationEssentials
import HTTPTypes
import Hummingbird
import ImageFormat
import NIOCore
import UserAPI

/// What tells one state of a resource from another (RFC 9110 section 8.8.3): a digest of its JSON document.
struct EntityTag: Hashable, Sendable, CustomStringConvertible {
    let description: String

    init(of document: [UInt8]) {
        description = "\"\(ChunkDigest(of: document).description.prefix(32))\""
    }

    init(of value: some Encodable) throws { self.init(of: try jsonDocument(value)) }
}

/// The states that a change is meant for, by its `If-Match` header (RFC 9110 section 13.1.1).
struct IfMatch: Sendable {
    private let tags: [String]

    /// nil where the request has no such header: then it is meant for any state.
    init?(_ request: Request) {
        guard let header = request.headers[.ifMatch] else { return nil }
        tags = header.split(separator: ",").map { $0.filter { $0 != " " } }
    }

    /// Throws where the resource is not in one of these states.
    /// - Parameter current: the document that GET would answer with.
    func check(_ current: some Encodable) throws {
        guard !tags.contains("*"), !tags.contains(try EntityTag(of: current).description) else { return }
        throw ProvisioningError(
            .preconditionFailed, "it was changed since it was read: read it again, and decide anew")
    }
}

extension Request {
    /// The answer to GET of one resource: its document with its entity tag, or 304 where the client has it already (RFC
    /// 9110 section 13.1.2).
    func taggedResponse(_ value: some Encodable) throws -> Response {
        let document = try jsonDocument(value)
        let tag = EntityTag(of: document).description
        if let known = headers[.ifNoneMatch], known == "*" || known.contains(tag) {
            return Response(status: .notModified, headers: [.eTag: tag])
        }
        return Response(
            status: .ok, headers: [.contentType: "application/json", .eTag: tag],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: document)))
    }

    /// One page of a list: `limit` items, 100 unless the query says otherwise, behind the one that `after` names.
    /// - Parameter id: tells one item from the others.
    func page<Item: Codable & Hashable & Sendable>(_ items: [Item], by id: (Item) -> String) throws -> Page<Item> {
        let limit = pageLimit
        var start = 0
        if let after = uri.queryParameters.get("after") {
            // Where the item has gone meanwhile, its place tells where the list goes on.
            // By scalars: what follows may make one character with the tilde.
            let parts = after.unicodeScalars.split(separator: "~", maxSplits: 1).map { String($0) }
            guard parts.count == 2, let index = Int(parts[0]), index >= 0 else {
                throw HTTPError(.badRequest, message: "after is what the page before said was next")
            }
            start = items.firstIndex { id($0) == parts[1] }.map { $0 + 1 } ?? min(index, items.count)
        }
        let end = min(start + limit, items.count)
        let page = Array(items[start..<end])
        return Page(items: page, next: end < items.count ? page.last.map { "\(end)~\(id($0))" } : nil)
    }

    /// How many items a page is to have.
    var pageLimit: Int { uri.queryParameters.get("limit").flatMap { Int($0) } ?? 100 }
}

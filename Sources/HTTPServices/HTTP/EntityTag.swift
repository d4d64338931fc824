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

    /// One page of a list: `limit` items, 100 unless the query says otherwise, behind the one that `after` names, which may
    /// have gone or changed meanwhile.
    /// - Parameters:
    ///   - id: tells one item from the others.
    ///   - key: what the list is ordered by, which has no tilde; nil: by the ids.
    func page<Item: Codable & Hashable & Sendable>(
        _ items: [Item], by id: (Item) -> String, orderedBy key: ((Item) -> String)? = nil
    ) throws -> Page<Item> {
        var places = items.map { (place: PagePlace(key: key?($0) ?? "", id: id($0)), item: $0) }
        places.sort { $0.place < $1.place }
        if let text = uri.queryParameters.get("after") {
            guard let after = PagePlace(text) else {
                throw HTTPError(.badRequest, message: "after is what the page before said was next")
            }
            places.removeAll { !(after < $0.place) }
        }
        let page = places.prefix(pageLimit)
        return Page(items: page.map(\.item), next: page.count < places.count ? page.last?.place.description : nil)
    }

    /// How many items a page is to have.
    var pageLimit: Int { uri.queryParameters.get("limit").flatMap { Int($0) } ?? 100 }
}

/// Where an item stands in a list, as pages name the item that the next one begins behind: `KEY~ID`.
private struct PagePlace: Comparable, LosslessStringConvertible {
    /// Without a tilde.
    let key: String
    let id: String

    init(key: String, id: String) {
        self.key = key
        self.id = id
    }

    init?(_ description: String) {
        // By scalars: what follows may make one character with the tilde.
        let scalars = description.unicodeScalars
        guard let tilde = scalars.firstIndex(of: "~") else { return nil }
        self.init(key: String(scalars[..<tilde]), id: String(scalars[scalars.index(after: tilde)...]))
        guard !id.isEmpty else { return nil }
    }

    var description: String { "\(key)~\(id)" }

    static func < (first: PagePlace, second: PagePlace) -> Bool { (first.key, first.id) < (second.key, second.id) }
}

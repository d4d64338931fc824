import AccessPolicy
import HTTPTypes
package import Hummingbird
import ImageFormat
package import NIOCore

/// What every request of ours carries: who asks, and which address of ours was reached.
package struct IngotContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    package let remoteAddress: SocketAddress?
    package let localAddress: SocketAddress?
    /// Whose token the request carries, once `Authorization` has let it in.
    var account: Account?
    /// The only manifest that the token opens; nil: it opens what the account may.
    var ticket: ChunkDigest?

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        remoteAddress = source.channel.remoteAddress
        localAddress = source.channel.localAddress
    }

    /// The base URL at which the caller reached us: our own address of the connection, never a header of the request.
    var baseURL: String {
        guard let localAddress, let host = localAddress.ipAddress, let port = localAddress.port else { return "" }
        return "http://\(host):\(port)"
    }

    /// Agents and API clients never send more than this in one JSON body, in bytes.
    package var maxUploadSize: Int { 4 << 20 }
}

extension Request {
    /// The token of an `Authorization: Bearer` header (RFC 6750 section 2.1).
    var bearerToken: String? { headers.bearerToken }
}

extension HTTPFields {
    /// The token of an `Authorization: Bearer` header (RFC 6750 section 2.1).
    var bearerToken: String? {
        guard let header = self[.authorization], header.lowercased().hasPrefix("bearer ") else { return nil }
        return String(header.dropFirst(7))
    }

    /// Whether nothing that was kept may be the answer (RFC 9111 section 5.2.1.4).
    var asksForNoCache: Bool {
        guard let directives = self[.cacheControl] else { return false }
        return directives.lowercased().contains("no-cache")
    }
}

package import NIOCore
package import NetworkTypes

/// Several sources of boot files; the first that knows a name serves it.
package struct BootFileCatalogue: BootFileProviding {
    private let sources: [any BootFileProviding]

    package init(_ sources: [any BootFileProviding]) { self.sources = sources }

    package func contents(of name: String, at server: IPv4Address) async throws -> ByteBuffer? {
        for source in sources {
            if let contents = try await source.contents(of: name, at: server) { return contents }
        }
        return nil
    }
}

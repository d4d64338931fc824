package import NIOCore
package import NetworkTypes

/// Where boot files come from. A name that is not known is nil, so nothing outside a catalogue can be reached.
package protocol BootFileProviding: Sendable {
    /// The whole file; nil where no file of this name is served.
    /// - Parameter server: the address of ours that the client asked.
    /// - Throws: where the file should be there but cannot be read.
    func contents(of name: String, at server: IPv4Address) async throws -> ByteBuffer?
}

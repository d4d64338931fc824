package import NIOCore
package import NetworkTypes

/// Boot files that lie in memory only.
package struct VirtualBootFiles: BootFileProviding {
    private let files: [String: ByteBuffer]

    package init(_ files: [String: ByteBuffer]) { self.files = files }

    package func contents(of name: String, at server: IPv4Address) -> ByteBuffer? { files[name] }
}

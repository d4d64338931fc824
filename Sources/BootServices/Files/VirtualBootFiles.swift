package import NIOCore

/// Boot files that lie in memory only.
package struct VirtualBootFiles: BootFileProviding {
    private let files: [String: ByteBuffer]

    package init(_ files: [String: ByteBuffer]) { self.files = files }

    package func contents(of name: String) -> ByteBuffer? { files[name] }
}

package import NIOCore

/// What keeps objects by key, such as an object storage.
package protocol ObjectKeeping: Sendable {
    /// Keeps an object; it is durable when this returns. One of the same key is replaced.
    func put(_ key: String, _ bytes: ByteBuffer) async throws
    /// An object of at most `limit` bytes; nil where there is none.
    func get(_ key: String, limit: Int) async throws -> ByteBuffer?
    /// The bytes of an object; nil where there is none.
    func size(of key: String) async throws -> UInt64?
    /// Forgets an object; one that is not there is fine.
    func remove(_ key: String) async throws
    /// Calls `body` with the key of each object whose key begins with `prefix`.
    func forEachKey(prefix: String, _ body: (String) async throws -> Void) async throws
}

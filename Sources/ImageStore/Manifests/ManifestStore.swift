package import ImageFormat

/// Keeps signed manifests, each named by the SHA-256 of its payload.
package protocol ManifestStore: Sendable {
    /// Stores a manifest; it is durable when this returns. Returns its name.
    @discardableResult
    func write(_ document: SignedDocument) async throws -> ChunkDigest
    /// The manifest of that name; nil where it is not stored. Throws if what is stored is damaged.
    func read(_ digest: ChunkDigest) async throws -> SignedDocument?
    /// Forgets a manifest; one that is not stored is fine.
    func remove(_ digest: ChunkDigest) async throws
    /// The names of all manifests.
    func digests() async throws -> [ChunkDigest]
}

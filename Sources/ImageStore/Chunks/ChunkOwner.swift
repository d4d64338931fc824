package import ImageFormat

/// The installation that chunks in an object storage belong to, by its signing keys: another one would sweep them away.
package struct ChunkOwner: Sendable {
    let active: KeyID
    let keys: Set<KeyID>
    let hasImages: @Sendable () async throws -> Bool

    /// - Parameters:
    ///   - active: the key that signs now.
    ///   - keys: all of the installation's.
    ///   - hasImages: whether it has revisions: then chunks without an owner may be its own.
    package init(active: KeyID, keys: Set<KeyID>, hasImages: @escaping @Sendable () async throws -> Bool) {
        self.active = active
        self.keys = keys
        self.hasImages = hasImages
    }
}

/// The chunks below a prefix belong to another installation.
package struct ForeignChunks: Error, CustomStringConvertible {
    let marker: String
    /// The key of the other installation; nil where nothing says whose they are.
    let owner: KeyID?

    package var description: String {
        let whose = owner.map { "another installation, with the key \($0)" } ?? "an installation that is not known"
        return "the chunks of the object storage belong to \(whose): give this one a prefix of its own, or restore its "
            + "backup; where they are this installation's after all, see to it that the object \(marker) holds the id "
            + "of one of its keys (ingot keys list)"
    }
}

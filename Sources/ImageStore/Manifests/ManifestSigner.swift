package import FoundationEssentials
package import ImageFormat

/// Signs the manifests of new revisions.
package protocol ManifestSigner: Sendable {
    /// Signs these exact bytes with the installation's active key.
    func sign(_ payload: Data) throws -> SignedDocument
}

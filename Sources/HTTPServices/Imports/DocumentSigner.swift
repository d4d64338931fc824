import FoundationEssentials
import ImageFormat
import ImageStore

/// Signs manifests with what signs orders.
struct DocumentSigner: ManifestSigner {
    let documents: any DocumentSigning

    func sign(_ payload: Data) throws -> SignedDocument { try documents.sign(document: Array(payload)) }
}

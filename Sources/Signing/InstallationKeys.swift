import Crypto
package import FoundationEssentials
package import ImageFormat
import SwiftASN1
import X509

/// The keys of one installation, in a directory of their own (mode 0700): the Ed25519 keys that sign manifests and
/// orders, the certificate authority, and the key that signs receipts.
package struct InstallationKeys: Sendable {
    private let directory: KeyDirectory
    private var signing: SigningKeys
    private let receipts: ReceiptSigner

    /// The authority's certificate, which checks receipts.
    package let caPEM: String

    /// Loads the keys from `directory`; makes the directory, whose parent must exist, and what is missing in it.
    /// - Parameter now: certificates that are made are valid from here.
    package init(directory: String, now: Date) throws {
        self.directory = try KeyDirectory(directory)
        signing = try SigningKeys(in: self.directory)
        let authority = try CertificateAuthority(in: self.directory, now: now)
        receipts = try ReceiptSigner(in: self.directory, authority: authority, now: now)
        caPEM = try authority.certificate.serializeAsPEM().pemString + "\n"
    }

    /// The key that signs now.
    package var activeKey: KeyID { KeyID(of: signing.active.publicKey) }

    /// Every key that stages must accept, in the form that the site archive carries.
    package var trustedKeys: TrustedKeys { TrustedKeys(signing.keys.values.map(\.publicKey)) }

    /// Adds a signing key, which signs from now on; what the older ones signed stays valid.
    package mutating func rotate() throws(SigningError) { try signing.rotate(in: directory) }

    /// Signs these exact bytes with the active Ed25519 key (RFC 8032).
    package func sign(document payload: [UInt8]) throws -> SignedDocument {
        SignedDocument(
            payload: Data(payload), signature: try signing.active.signature(for: payload), keyID: activeKey)
    }

    /// A CMS SignedData structure (RFC 5652) around `json`, in PEM; `openssl cms -verify` with `caPEM` returns `json`.
    package func signReceipt(_ json: [UInt8]) throws -> String { try receipts.sign(json) }
}

import COpenSSL
import Crypto
import FoundationEssentials
import SwiftASN1
import X509

/// Signs receipts: a P-256 key with a certificate of the installation's authority that is good for signatures only.
struct ReceiptSigner: Sendable {
    private let certificatePEM: String
    private let keyPEM: String

    private static let keyFile = "receipts-key.pem"
    private static let certificateFile = "receipts.pem"
    /// How long before its end a certificate is replaced, in seconds.
    private static let renewal: TimeInterval = 30 * 86400

    /// Loads key and certificate from `directory`; makes what is missing, no longer valid or of another authority.
    init(in directory: KeyDirectory, authority: CertificateAuthority, now: Date) throws {
        let key = try PEMFiles.key(
            Self.keyFile, in: directory, mayBeMade: directory.read(Self.certificateFile) == nil)
        keyPEM = key.pemRepresentation
        if let certificate = try PEMFiles.certificate(Self.certificateFile, for: key, in: directory),
            certificate.notValidAfter > now.addingTimeInterval(Self.renewal)
                || certificate.notValidAfter == authority.certificate.notValidAfter,
            authority.certificate.publicKey.isValidSignature(certificate.signature, for: certificate)
        {
            certificatePEM = try certificate.serializeAsPEM().pemString
        } else {
            let certificate = try Self.issue(for: key.publicKey, by: authority, now: now)
            certificatePEM = try certificate.serializeAsPEM().pemString
            try directory.write(Self.certificateFile, certificatePEM + "\n")
        }
    }

    /// CMS SignedData (RFC 5652) in PEM around exactly these bytes.
    func sign(_ content: [UInt8]) throws(SigningError) -> String {
        var pem: UnsafeMutablePointer<CChar>?
        var length = 0
        var reason = [CChar](repeating: 0, count: 512)
        let result = copenssl_cms_sign(
            certificatePEM, keyPEM, content, content.count, &pem, &length, &reason, reason.count)
        defer { copenssl_free(pem) }
        guard result == 0, let pem else {
            let text = String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            throw SigningError(nil, "a receipt could not be signed: \(text)")
        }
        return String(decoding: UnsafeRawBufferPointer(start: pem, count: length), as: UTF8.self)
    }

    /// E-mail protection is the purpose that `openssl cms -verify` asks for where it is not told another one.
    private static func issue(
        for key: P256.Signing.PublicKey, by authority: CertificateAuthority, now: Date
    ) throws -> Certificate {
        let identifier = try authority.certificate.extensions.subjectKeyIdentifier?.keyIdentifier
        return try authority.issue(
            key,
            subject: DistinguishedName {
                OrganizationName("Ingot")
                CommonName("Ingot receipts")
            },
            now: now,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.emailProtection])
                SubjectKeyIdentifier(hash: Certificate.PublicKey(key))
                AuthorityKeyIdentifier(keyIdentifier: identifier)
            })
    }
}

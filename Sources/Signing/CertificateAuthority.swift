import Crypto
import FoundationEssentials
import ImageFormat
import SwiftASN1
import X509

/// The installation's certificate authority: an ECDSA P-256 key and its self-signed certificate (RFC 5280).
struct CertificateAuthority: Sendable {
    let certificate: Certificate
    let key: P256.Signing.PrivateKey

    private static let keyFile = "ca-key.pem"
    private static let certificateFile = "ca.pem"
    /// Ten years, in seconds.
    private static let lifetime: TimeInterval = 3652 * 86400

    /// Loads key and certificate from `directory`, or makes them.
    init(in directory: KeyDirectory, now: Date) throws {
        key = try PEMFiles.key(Self.keyFile, in: directory, mayBeMade: directory.read(Self.certificateFile) == nil)
        if let certificate = try PEMFiles.certificate(Self.certificateFile, for: key, in: directory) {
            guard certificate.notValidAfter > now else {
                throw SigningError(
                    directory.path(Self.certificateFile),
                    "expired: remove it and its key, and build every host's trust anew")
            }
            self.certificate = certificate
        } else {
            certificate = try Self.selfSigned(key, now: now)
            try directory.write(Self.certificateFile, certificate.serializeAsPEM().pemString + "\n")
        }
    }

    /// A certificate for `subject` that ends with this authority's own.
    func issue(
        _ publicKey: P256.Signing.PublicKey, subject: DistinguishedName, now: Date, extensions: Certificate.Extensions
    ) throws -> Certificate {
        try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: Certificate.PublicKey(publicKey),
            notValidBefore: now.addingTimeInterval(-Self.clockSlack), notValidAfter: certificate.notValidAfter,
            issuer: certificate.subject, subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: extensions, issuerPrivateKey: Certificate.PrivateKey(key))
    }

    /// How far a verifier's clock may be behind ours, in seconds.
    private static let clockSlack: TimeInterval = 86400

    private static func selfSigned(_ key: P256.Signing.PrivateKey, now: Date) throws -> Certificate {
        let publicKey = Certificate.PublicKey(key.publicKey)
        let name = try DistinguishedName {
            OrganizationName("Ingot")
            CommonName("Ingot installation \(shortName(of: key.publicKey))")
        }
        return try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: publicKey,
            notValidBefore: now.addingTimeInterval(-clockSlack), notValidAfter: now.addingTimeInterval(lifetime),
            issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                SubjectKeyIdentifier(hash: publicKey)
            },
            issuerPrivateKey: Certificate.PrivateKey(key))
    }

    /// Tells installations apart: the first 8 hexadecimal digits of the public key's SHA-256.
    private static func shortName(of key: P256.Signing.PublicKey) -> String {
        String(ChunkDigest(of: Array(key.x963Representation)).description.prefix(8))
    }
}

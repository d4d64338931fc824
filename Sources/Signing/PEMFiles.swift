import Crypto
import SwiftASN1
import X509

/// Reads ECDSA P-256 keys and their certificates from PEM files.
enum PEMFiles {
    /// The key in file `name`, which is made where `mayBeMade` allows it.
    static func key(
        _ name: String, in directory: KeyDirectory, mayBeMade: Bool
    ) throws(SigningError) -> P256.Signing.PrivateKey {
        if let pem = try directory.read(name) {
            guard let key = try? P256.Signing.PrivateKey(pemRepresentation: pem) else {
                throw SigningError(directory.path(name), "is not a P-256 private key in PEM: restore it from a backup")
            }
            return key
        }
        guard mayBeMade else {
            throw SigningError(
                directory.path(name), "is missing while its certificate is there: restore it from a backup")
        }
        let key = P256.Signing.PrivateKey()
        try directory.write(name, key.pemRepresentation + "\n")
        return key
    }

    /// The certificate in file `name`, which must be for `key`; nil if there is none.
    static func certificate(
        _ name: String, for key: P256.Signing.PrivateKey, in directory: KeyDirectory
    ) throws(SigningError) -> Certificate? {
        guard let pem = try directory.read(name) else { return nil }
        guard let certificate = try? Certificate(pemEncoded: pem) else {
            throw SigningError(directory.path(name), "is not a certificate in PEM: restore it from a backup")
        }
        guard certificate.publicKey == Certificate.PublicKey(key.publicKey) else {
            throw SigningError(
                directory.path(name), "is not the certificate of the key beside it: restore both from a backup")
        }
        return certificate
    }
}

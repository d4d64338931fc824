import Crypto
import FoundationEssentials
import ImageFormat

/// Keeps secrets that the server must be able to read again, such as the keys of an object storage: encrypted with a key
/// that lies outside the database (ChaCha20-Poly1305, RFC 8439). Whoever loses that key has to enter the secrets again.
package struct SecretBox: Sendable {
    private let key: SymmetricKey
    /// Tells the key that sealed a secret from others.
    private let keyID: String

    private static let file = "secrets.key"

    /// Loads the key from `directory`, where the installation's other keys are; makes one where there is none.
    package init(directory path: String) throws {
        let directory = try KeyDirectory(path)
        if let text = try directory.read(Self.file) {
            guard let bytes = Data(base64Encoded: text.filter { !$0.isWhitespace }), bytes.count == 32 else {
                throw SigningError(
                    directory.path(Self.file), "is no key of 32 octets in base64: restore it from a backup")
            }
            key = SymmetricKey(data: bytes)
        } else {
            key = SymmetricKey(size: .bits256)
            let text = key.withUnsafeBytes { Data($0).base64EncodedString() }
            try directory.write(Self.file, text + "\n")
        }
        keyID = String(key.withUnsafeBytes { ChunkDigest(of: $0) }.description.prefix(8))
    }

    /// A secret as the database keeps it.
    /// - Parameter context: what the secret is for: it opens for nothing else.
    package func seal(_ secret: String, context: String) throws -> String {
        let box = try ChaChaPoly.seal(Data(secret.utf8), using: key, authenticating: Data(context.utf8))
        return "\(keyID):\(box.combined.base64EncodedString())"
    }

    /// Throws where another key sealed it, where it was changed, and where it was sealed for something else.
    package func open(_ sealed: String, context: String) throws -> String {
        let parts = sealed.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, parts[0] == keyID else {
            throw SigningError(
                Self.file, "is not the key that sealed the secret of \(context): restore it, or enter the secret again")
        }
        guard let bytes = Data(base64Encoded: String(parts[1])), let box = try? ChaChaPoly.SealedBox(combined: bytes),
            let plain = try? ChaChaPoly.open(box, using: key, authenticating: Data(context.utf8))
        else { throw SigningError(context, "has a secret that was changed in the database: enter it again") }
        return String(decoding: plain, as: UTF8.self)
    }
}

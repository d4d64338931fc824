import AccessPolicy
import Crypto
import ImageFormat
import Store

/// A random bearer secret; only its hash is stored.
package struct BearerSecret: Sendable {
    /// 256 random bits as 64 hexadecimal digits.
    package let text: String

    /// Draws from the system's generator.
    package init() {
        var generator = SystemRandomNumberGenerator()
        text = (0..<4).map { _ in
            let digits = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// What the database keeps.
    package var hash: String { Self.hash(text) }

    /// The hash under which a presented secret would be stored. A look-up by hash needs no constant-time comparison.
    package static func hash(_ text: String) -> String { ChunkDigest(of: Array(text.utf8)).description }
}

/// A short random identifier, such as `d-` and twelve hexadecimal digits.
func makeID(prefix: String) -> String {
    var generator = SystemRandomNumberGenerator()
    let digits = String((generator.next() as UInt64) & 0xFFFF_FFFF_FFFF, radix: 16)
    return prefix + "-" + String(repeating: "0", count: 12 - digits.count) + digits
}

extension Provisioner {
    /// Makes a bearer token for the user API that does not expire; only its hash is kept.
    package func makeAPIToken(name: String, accountID: String = Account.firstID) async throws -> String {
        let secret = BearerSecret()
        let record = APITokenRecord(
            id: makeID(prefix: "t"), hash: secret.hash, accountID: accountID, name: name, createdAt: clock(),
            expiresAt: nil)
        try await store.write { try $0.insert(record) }
        return secret.text
    }

    /// True if `token` opens the user API.
    package func isAPIToken(_ token: String) async throws -> Bool {
        try await AccountDesk(provisioner: self).account(token: token)?.account.isEnabled == true
    }
}

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

/// A short random identifier: `d-` or `h-` and twelve hexadecimal digits.
func makeID(prefix: String) -> String {
    var generator = SystemRandomNumberGenerator()
    let digits = String((generator.next() as UInt64) & 0xFFFF_FFFF_FFFF, radix: 16)
    return prefix + "-" + String(repeating: "0", count: 12 - digits.count) + digits
}

extension Provisioner {
    /// Makes a bearer token for the user API; only its hash is kept.
    package func makeAPIToken(name: String) async throws -> String {
        let secret = BearerSecret()
        let now = clock()
        try await store.write { try $0.insertAPIToken(hash: secret.hash, name: name, now: now) }
        return secret.text
    }

    /// True if `token` opens the user API.
    package func isAPIToken(_ token: String) async throws -> Bool {
        let hash = BearerSecret.hash(token)
        return try await store.read { try $0.apiTokenName(hash: hash) } != nil
    }
}

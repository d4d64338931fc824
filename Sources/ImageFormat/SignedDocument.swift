public import Crypto
public import FoundationEssentials

/// The name of a signing key: the first 16 hexadecimal digits of the SHA-256 of its raw public key.
public struct KeyID: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public init(of key: Curve25519.Signing.PublicKey) {
        rawValue = String(ChunkDigest(of: Array(key.rawRepresentation)).description.prefix(16))
    }

    public var description: String { rawValue }
}

/// Exact bytes with an Ed25519 signature over them (RFC 8032): a manifest or an order.
public struct SignedDocument: Codable, Hashable, Sendable {
    /// The signed bytes, never re-encoded.
    public var payload: Data
    /// 64 octets.
    public var signature: Data
    public var keyID: KeyID

    public init(payload: Data, signature: Data, keyID: KeyID) {
        self.payload = payload
        self.signature = signature
        self.keyID = keyID
    }
}

/// Why a signature was not accepted.
public enum SignatureError: Error, Hashable, Sendable, CustomStringConvertible {
    case unknownKey(KeyID)
    case wrongSignature(KeyID)

    public var description: String {
        switch self {
        case .unknownKey(let id): "signed with key \(id), which is not one of this installation's keys"
        case .wrongSignature(let id): "the signature does not fit the bytes (key \(id))"
        }
    }
}

/// The public keys that are accepted; several may be valid at once, so that keys can be rotated.
public struct TrustedKeys: Sendable {
    private let keys: [KeyID: Curve25519.Signing.PublicKey]

    public init(_ keys: [Curve25519.Signing.PublicKey]) {
        self.keys = Dictionary(keys.map { (KeyID(of: $0), $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The names of the keys, sorted.
    public var ids: [KeyID] { keys.keys.sorted { $0.rawValue < $1.rawValue } }

    /// Reads keys from text: one base64 line of 32 octets each; `#` starts a comment. Nil if a line is malformed.
    public init?(text: String) {
        var keys: [Curve25519.Signing.PublicKey] = []
        for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            guard let raw = Data(base64Encoded: String(line)),
                let key = try? Curve25519.Signing.PublicKey(rawRepresentation: raw)
            else { return nil }
            keys.append(key)
        }
        self.init(keys)
    }

    /// The form that `init(text:)` reads.
    public var text: String {
        keys.values.map { $0.rawRepresentation.base64EncodedString() }.sorted().joined(separator: "\n") + "\n"
    }

    /// The payload of `document` if one of these keys signed it.
    public func verify(_ document: SignedDocument) throws(SignatureError) -> Data {
        guard let key = keys[document.keyID] else { throw .unknownKey(document.keyID) }
        guard key.isValidSignature(document.signature, for: document.payload) else {
            throw .wrongSignature(document.keyID)
        }
        return document.payload
    }
}

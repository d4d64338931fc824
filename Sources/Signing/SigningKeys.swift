import Crypto
import FoundationEssentials
import ImageFormat

/// The Ed25519 keys that sign manifests and orders. All of them are trusted, one of them signs.
struct SigningKeys: Sendable {
    private(set) var keys: [KeyID: Curve25519.Signing.PrivateKey]
    private(set) var active: Curve25519.Signing.PrivateKey

    private static let suffix = ".signing-key"
    private static let activeFile = "active-signing-key"

    /// Loads the keys of `directory`, or makes the first one.
    init(in directory: KeyDirectory) throws(SigningError) {
        keys = [:]
        for name in try directory.names(endingWith: Self.suffix) {
            let key = try Self.load(name, in: directory)
            keys[KeyID(of: key.publicKey)] = key
        }
        if let key = try Self.activeKey(of: keys, in: directory) {
            active = key
        } else {
            active = Curve25519.Signing.PrivateKey()
            try add(active, to: directory)
        }
    }

    /// Adds a new key, which signs from now on; the older ones stay trusted.
    mutating func rotate(in directory: KeyDirectory) throws(SigningError) {
        try add(Curve25519.Signing.PrivateKey(), to: directory)
    }

    /// The key first, the mark second: a crash between them leaves a key that is trusted and does not sign.
    private mutating func add(_ key: Curve25519.Signing.PrivateKey, to directory: KeyDirectory) throws(SigningError) {
        let id = KeyID(of: key.publicKey)
        try directory.write("\(id)\(Self.suffix)", key.rawRepresentation.base64EncodedString() + "\n")
        try directory.write(Self.activeFile, "\(id)\n")
        keys[id] = key
        active = key
    }

    private static func load(
        _ name: String, in directory: KeyDirectory
    ) throws(SigningError) -> Curve25519.Signing.PrivateKey {
        let text = try directory.read(name) ?? ""
        guard let raw = Data(base64Encoded: text.filter { !$0.isWhitespace }),
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: raw)
        else {
            throw SigningError(
                directory.path(name), "is not an Ed25519 private key (32 octets in base64): restore it from a backup")
        }
        guard name == "\(KeyID(of: key.publicKey))\(suffix)" else {
            throw SigningError(
                directory.path(name), "holds key \(KeyID(of: key.publicKey)): the file was renamed or exchanged")
        }
        return key
    }

    /// The marked key; the only one where no mark was written yet; nil where there are no keys.
    private static func activeKey(
        of keys: [KeyID: Curve25519.Signing.PrivateKey], in directory: KeyDirectory
    ) throws(SigningError) -> Curve25519.Signing.PrivateKey? {
        if let mark = try directory.read(activeFile) {
            let id = KeyID(rawValue: mark.filter { !$0.isWhitespace })
            guard let key = keys[id] else {
                throw SigningError(
                    directory.path(activeFile),
                    "names key \(id), which is missing: restore \(id)\(suffix) from a backup")
            }
            return key
        }
        guard keys.count <= 1 else {
            throw SigningError(
                directory.path(activeFile),
                "is missing while there are \(keys.count) keys: write the id of one of them into it: "
                    + keys.keys.map(\.description).sorted().joined(separator: ", "))
        }
        return keys.values.first
    }
}

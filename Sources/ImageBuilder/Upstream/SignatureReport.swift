import BootableDisk
/// What gpgv(1) found out about the signatures of a file: its status lines (GnuPG's doc/DETAILS).
package struct SignatureReport: Hashable, Sendable {
    /// How one signature stands.
    package enum Verdict: Hashable, Sendable {
        /// Valid, by a valid key: the fingerprint of its primary key.
        case good(primary: String)
        case expired
        case keyExpired(String)
        case keyRevoked(String)
        /// It is not one of this text.
        case bad(String)
        /// By a key that the keyring does not hold.
        case unknownKey(String)
        /// It cannot be checked, because of an unknown algorithm for instance.
        case unchecked
    }

    package let verdicts: [Verdict]

    /// Reads status lines: `[GNUPG:] KEYWORD ARGUMENT…`.
    package init(status: String) {
        var verdicts: [Verdict] = []
        for line in status.split(whereSeparator: \.isNewline) where line.hasPrefix("[GNUPG:] ") {
            let words = line.split(separator: " ").dropFirst().map(String.init)
            let key = words.dropFirst().first ?? ""
            switch words.first {
            case "EXPSIG": verdicts.append(.expired)
            case "EXPKEYSIG": verdicts.append(.keyExpired(key))
            case "REVKEYSIG": verdicts.append(.keyRevoked(key))
            case "BADSIG": verdicts.append(.bad(key))
            case "ERRSIG": verdicts.append(words.count > 6 && words[6] == "9" ? .unknownKey(key) : .unchecked)
            // What follows a signature that is good but expired, too: it counts only behind GOODSIG.
            case "GOODSIG": verdicts.append(.unchecked)
            case "VALIDSIG":
                guard verdicts.last == .unchecked, let primary = words.last else { continue }
                verdicts[verdicts.count - 1] = .good(primary: primary)
            default: continue
            }
        }
        self.verdicts = verdicts
    }

    /// Throws `BuildError` with the reason unless a trusted key has signed the text as it is.
    /// - Parameter fingerprints: of trusted primary keys; empty trusts every key of the keyring.
    package func require(_ fingerprints: [String]) throws {
        var reasons: [String] = []
        var isTrusted = false
        for verdict in verdicts {
            switch verdict {
            case .good(let primary):
                if fingerprints.isEmpty || fingerprints.contains(primary) {
                    isTrusted = true
                } else {
                    let expected = fingerprints.joined(separator: ", ")
                    reasons.append("it is signed by the key \(primary), expected \(expected)")
                }
            case .bad(let key): throw BuildError("it is not what the key \(key) signed: it was changed")
            case .expired: reasons.append("its signature has expired")
            case .keyExpired(let key): reasons.append("the key \(key) that signed it has expired")
            case .keyRevoked(let key): reasons.append("the key \(key) that signed it was revoked")
            case .unknownKey(let key): reasons.append("it is signed by the key \(key), which the keyring does not hold")
            case .unchecked: reasons.append("its signature cannot be checked")
            }
        }
        guard !isTrusted else { return }
        throw BuildError(reasons.isEmpty ? "it has no signature" : reasons.joined(separator: "; "))
    }
}

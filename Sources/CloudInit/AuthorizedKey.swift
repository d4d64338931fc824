import FoundationEssentials

/// One line of `authorized_keys` (sshd(8)): options, key type, base64, comment.
package enum AuthorizedKey {
    private static let types: Set<String> = [
        "ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
        "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com",
    ]

    /// True for a line that holds a public key of a known type whose base64 names the same type.
    package static func isValid(_ line: String) -> Bool {
        guard !line.contains(where: \.isNewline) else { return false }
        let words = line.split(whereSeparator: \.isWhitespace)
        guard let index = words.firstIndex(where: { types.contains(String($0)) }), words.count > index + 1,
            let blob = Data(base64Encoded: String(words[index + 1]))
        else { return false }
        // RFC 4253 section 6.6: the blob begins with the type as a string behind its length in 4 octets.
        let name = Array(words[index].utf8)
        return blob.count > 4 + name.count && blob.prefix(4).elementsEqual([0, 0, 0, UInt8(name.count)])
            && blob.dropFirst(4).prefix(name.count).elementsEqual(name)
    }
}

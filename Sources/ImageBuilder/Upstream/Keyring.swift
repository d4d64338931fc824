import BootableDisk
package import Foundation

/// Public keys in the form that gpgv reads.
package enum Keyring {
    /// The keys of a keyring's file: of one that is armored (RFC 9580 section 6.2), as keys of RPMs are, the bytes in it.
    /// Throws `BuildError` where a block of the armor cannot be read.
    package static func binary(_ contents: Data) throws -> Data {
        guard contents.starts(with: Data("-----BEGIN".utf8)) || contents.first == UInt8(ascii: "\n") else {
            return contents
        }
        var keys = Data()
        var block: [Substring]?
        for line in String(decoding: contents, as: UTF8.self).split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        {
            if line.hasPrefix("-----BEGIN PGP PUBLIC KEY BLOCK-----") {
                block = []
            } else if line.hasPrefix("-----END PGP PUBLIC KEY BLOCK-----"), let lines = block {
                keys += try unpack(lines)
                block = nil
            } else {
                block?.append(line)
            }
        }
        guard !keys.isEmpty, block == nil else { throw BuildError("the armored keyring has no whole block of keys") }
        return keys
    }

    /// Headers, an empty line, the keys in base64, and a checksum that RFC 9580 wants to be passed over.
    private static func unpack(_ lines: [Substring]) throws -> Data {
        guard let blank = lines.firstIndex(where: { $0.allSatisfy(\.isWhitespace) }) else {
            throw BuildError("the armored keyring has no empty line behind its headers")
        }
        let text = lines[(blank + 1)...].filter { !$0.hasPrefix("=") }.joined().filter { !$0.isWhitespace }
        guard let data = Data(base64Encoded: text), !data.isEmpty else {
            throw BuildError("the armored keyring is damaged: it is no base64")
        }
        return data
    }
}
